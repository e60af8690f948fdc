%% The arithmetic of SCRAM (RFC 5802, RFC 7677), by which PostgreSQL checks passwords.
%%
%% p1_pgsql calls the module `scram' of the library xmpp for it. With that library, seven
%% others would come along, so here is a module of the same name.
-module(scram).

-export([salted_password/4, client_key/2, server_key/2, stored_key/2, client_signature/3,
         server_signature/3]).

salted_password(Hash, Password, Salt, Rounds) ->
    #{size := Size} = crypto:hash_info(Hash),
    crypto:pbkdf2_hmac(Hash, Password, Salt, Rounds, Size).

client_key(Hash, SaltedPassword) ->
    crypto:mac(hmac, Hash, SaltedPassword, <<"Client Key">>).

server_key(Hash, SaltedPassword) ->
    crypto:mac(hmac, Hash, SaltedPassword, <<"Server Key">>).

stored_key(Hash, ClientKey) ->
    crypto:hash(Hash, ClientKey).

client_signature(Hash, StoredKey, Message) ->
    crypto:mac(hmac, Hash, StoredKey, Message).

server_signature(Hash, ServerKey, Message) ->
    crypto:mac(hmac, Hash, ServerKey, Message).
