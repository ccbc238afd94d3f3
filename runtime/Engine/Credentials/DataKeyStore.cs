using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Credentials;

/// <summary>
/// The data keys of all tenants, each wrapped in the database and unwrapped once per process. A tenant's newest key encrypts;
/// all of them decrypt, so that a key can be rotated while the runtime works. Thread-safe.
/// </summary>
internal sealed class DataKeyStore(StateStore store, KeyEncryptionKey wrappingKey, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, DataKey> _byId = new();
    private readonly ConcurrentDictionary<string, DataKey> _current = new(StringComparer.Ordinal);

    /// <summary>The tenant's newest key; made if it has none.</summary>
    public async ValueTask<DataKey> CurrentAsync(string tenantId, CancellationToken cancellationToken)
    {
        if (_current.TryGetValue(tenantId, out var known))
        {
            return known;
        }

        var row = await store.ReadAsync(connection => NewestAsync(connection, null, tenantId), cancellationToken);
        var key = row is null
            ? await MakeAsync(tenantId, isRotation: false, cancellationToken)
            : await UnwrapAsync(row, cancellationToken);
        return _current.GetOrAdd(tenantId, key);
    }

    /// <summary>The key of this id, or null when there is none.</summary>
    public async ValueTask<DataKey?> FindAsync(long id, CancellationToken cancellationToken)
    {
        if (_byId.TryGetValue(id, out var known))
        {
            return known;
        }

        var row = await store.ReadAsync(
            connection =>
                connection.QuerySingleOrDefaultAsync<DataKeyRow>(DataKeyRow.Select + " where id = @id", new { id }),
            cancellationToken
        );
        return row is null ? null : await UnwrapAsync(row, cancellationToken);
    }

    /// <summary>The key of this id if it has been unwrapped; <see cref="LoadAllAsync"/> does that for a tenant's.</summary>
    public DataKey? Known(long id) => _byId.GetValueOrDefault(id);

    /// <summary>Unwraps every key of a tenant, for callers that cannot wait later.</summary>
    public async ValueTask LoadAllAsync(string tenantId, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            connection =>
                connection.QueryAsync<DataKeyRow>(DataKeyRow.Select + " where tenant_id = @tenantId", new { tenantId }),
            cancellationToken
        );
        foreach (var row in rows.Where(row => !_byId.ContainsKey(row.Id)))
        {
            await UnwrapAsync(row, cancellationToken);
        }
    }

    /// <summary>Makes a new key that encrypts from now on.</summary>
    public async ValueTask<DataKey> RotateAsync(string tenantId, CancellationToken cancellationToken)
    {
        var key = await MakeAsync(tenantId, isRotation: true, cancellationToken);
        _current[tenantId] = key;
        return key;
    }

    private static Task<DataKeyRow?> NewestAsync(
        DbConnection connection,
        DbTransaction? transaction,
        string tenantId
    ) =>
        connection.QueryFirstOrDefaultAsync<DataKeyRow>(
            DataKeyRow.Select + " where tenant_id = @tenantId order by id desc limit 1",
            new { tenantId },
            transaction
        );

    private async ValueTask<DataKey> MakeAsync(string tenantId, bool isRotation, CancellationToken cancellationToken)
    {
        var material = RandomNumberGenerator.GetBytes(32);
        var wrapped = await wrappingKey.WrapAsync(material, cancellationToken);
        var row = await store.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                // Two callers may need a tenant's first key at once; the loser takes the winner's.
                await store.Dialect.LockAsync(transaction, StateLock.DataKey, cancellationToken);
                if (!isRotation && await NewestAsync(connection, transaction, tenantId) is { } existing)
                {
                    return existing;
                }

                var id = await connection.ExecuteScalarAsync<long>(
                    "insert into data_keys (tenant_id, wrapping_key_id, wrapped, created_at)"
                        + " values (@tenantId, @wrappingKeyId, @wrapped, @now) returning id",
                    new
                    {
                        tenantId,
                        wrappingKeyId = wrappingKey.Id,
                        wrapped,
                        now = time.GetUtcNow().ToUnixTimeMilliseconds(),
                    },
                    transaction
                );
                return new DataKeyRow
                {
                    Id = id,
                    TenantId = tenantId,
                    WrappingKeyId = wrappingKey.Id,
                    Wrapped = wrapped,
                };
            },
            cancellationToken
        );
        return await UnwrapAsync(row, cancellationToken);
    }

    private async ValueTask<DataKey> UnwrapAsync(DataKeyRow row, CancellationToken cancellationToken)
    {
        var material = await wrappingKey.UnwrapAsync(row.WrappingKeyId, row.Wrapped, cancellationToken);
        return _byId.GetOrAdd(row.Id, new DataKey(row.Id, row.TenantId, material));
    }
}
