defmodule BookAppTest do
  use ExUnit.Case, async: true

  alias BookApp.{JSON, Postgres}

  test "writes JSON" do
    value = %{b: [1, -2.5, true, nil, :atom], a: %{"k\"\\" => "Łódź\n\t\u0001"}}

    assert IO.iodata_to_binary(JSON.encode(value)) ==
             ~S({"a":{"k\"\\":"Łódź\n\t\u0001"},"b":[1,-2.5,true,null,"atom"]})
  end

  test "reads the address of a database" do
    assert Postgres.address!("postgres://me%40work:a%3Ab%2Fc:d@db.example:5433/books") ==
             %{
               host: "db.example",
               port: 5433,
               database: "books",
               user: "me@work",
               password: "a:b/c:d"
             }

    assert %{port: 5432, password: ""} = Postgres.address!("postgresql://me@localhost/books")
  end

  test "an address that is none is not repeated, since it may hold a password" do
    for url <- [
          "",
          "secret",
          "postgres://h/d",
          "postgres://u:secret@h",
          "postgres://u:secret@/d",
          "postgres://u:secret@h:port/d",
          "mysql://u:secret@h/d"
        ] do
      error = assert_raise ArgumentError, fn -> Postgres.address!(url) end
      assert error.message =~ "DATABASE_URL must be like"
      refute error.message =~ "secret"
    end
  end

  # The example of RFC 7677.
  test "proves to know a password without saying it" do
    message =
      "n=user,r=rOprNGfwEbeRWgbNEkqO," <>
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096," <>
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"

    salt = Base.decode64!("W22ZaJ0SNY7soEsUEjb6gQ==")
    salted = :scram.salted_password(:sha256, "pencil", salt, 4096)
    client_key = :scram.client_key(:sha256, salted)
    signature = :scram.client_signature(:sha256, :scram.stored_key(:sha256, client_key), message)
    server_key = :scram.server_key(:sha256, salted)

    assert Base.encode64(:crypto.exor(client_key, signature)) ==
             "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="

    assert Base.encode64(:scram.server_signature(:sha256, server_key, message)) ==
             "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
  end
end
