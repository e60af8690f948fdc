defmodule SequenceTest do
  use ExUnit.Case

  alias Sequence.Server

  setup do
    Application.stop(:sequence)
    :ok = Application.start(:sequence)
  end

  test "hands out one number after the other" do
    assert Server.next_number() == "The next number is 456"
    assert Server.next_number() == "The next number is 457"
  end

  test "skips numbers" do
    Server.increment_number(100)
    assert Server.next_number() == "The next number is 556"
  end

  test "goes on after a crash of the server" do
    assert Server.next_number() == "The next number is 456"
    kill_server()
    assert Server.next_number() == "The next number is 457"
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
