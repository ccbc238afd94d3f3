using Dapper;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Credentials;

/// <summary>
/// Refuses to start with a key that is not the one the state is sealed with: a replaced key file, or a node that has made
/// itself one of its own.
/// </summary>
internal sealed class KeyCheck(StateStore store, KeyEncryptionKey key, TimeProvider time)
{
    /// <exception cref="InvalidDataException">It is another key.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var known = await store.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                await store.Dialect.LockAsync(transaction, StateLock.DataKey, cancellationToken);
                var ids = await connection.QueryAsync<string>(
                    "select id from wrapping_keys union select wrapping_key_id from data_keys",
                    transaction: transaction
                );
                var known = ids.AsList();
                if (known.Count == 0)
                {
                    known.Add(key.Id);
                }

                await connection.ExecuteAsync(
                    "insert into wrapping_keys (id, created_at) values (@id, @now) on conflict (id) do nothing",
                    known.Select(id => new { id, now = time.GetUtcNow().ToUnixTimeMilliseconds() }),
                    transaction
                );
                return known;
            },
            cancellationToken
        );
        if (!known.Contains(key.Id, StringComparer.Ordinal))
        {
            throw new InvalidDataException(
                $"The state is sealed with the key {string.Join(" and ", known)}, but this node's key file holds {key.Id}."
                    + " Give it the other nodes' file (YYC3_KEYFILE), or the one from the backup."
            );
        }
    }
}
