defmodule SequenceTest do
  use ExUnit.Case

  alias Sequence.Server
  alias Sequence.Server.State

  setup do
    Application.stop(:sequence)
    :ok = Application.start(:sequence)
  end

  test "hands out one number after the other" do
    assert Server.next_number() == "The next number is 456"
    assert Server.next_number() == "The next number is 457"
  end

  test "skips numbers and keeps the step" do
    Server.increment_number(100)
    assert Server.next_number() == "The next number is 556"
    assert Server.next_number() == "The next number is 656"
  end

  test "goes on in the same steps after a crash of the server" do
    Server.increment_number(10)
    assert Server.next_number() == "The next number is 466"
    kill_server()
    assert Server.next_number() == "The next number is 476"
  end

  test "takes what an older version left in the stash" do
    Sequence.Stash.save(%{number: 7})
    kill_server()
    assert Server.next_number() == "The next number is 7"
    assert Server.next_number() == "The next number is 8"
  end

  test "converts an older version's state, and back" do
    assert {:ok, %State{current_number: 7, delta: 1}} = Server.code_change("0", 7, [])
    state = %State{current_number: 7, delta: 5}
    assert {:ok, 7} = Server.code_change({:down, "0"}, state, [])
  end

  defp kill_server do
    pid = Process.whereis(Server)
    ref = Process.monitor(pid)
    Process.exit(pid, :kill)
    assert_receive {:DOWN, ^ref, :process, ^pid, :killed}
    # Supervisors answer in the order of their mail: after this call the new server is up.
    Supervisor.count_children(Sequence.Supervisor)
  end
end
