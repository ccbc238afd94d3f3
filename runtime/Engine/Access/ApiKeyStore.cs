using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Access;

/// <summary>API keys. Only hashes are kept; the key itself exists in the answer that made it.</summary>
internal sealed class ApiKeyStore(StateStore store, TimeProvider time)
{
    private const string Marker = "yyc3_";

    public static string Make() => Marker + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    public async ValueTask<ApiKeyRecord> AddAsync(
        string key,
        string name,
        string tenantId,
        IEnumerable<string> permissions,
        bool isAdmin,
        DateTimeOffset? expiresAt,
        CancellationToken cancellationToken,
        string? id = null
    )
    {
        var record = new ApiKeyRecord
        {
            Id = id ?? Ids.New("key-"),
            TenantId = tenantId,
            Name = name,
            Hash = Hash(key),
            Prefix = PrefixOf(key),
            Permissions = string.Join(' ', permissions),
            IsAdmin = isAdmin,
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            ExpiresAt = expiresAt?.ToUnixTimeMilliseconds(),
        };
        await store.WriteAsync(
            async transaction =>
            {
                if (id is not null)
                {
                    await store.Dialect.LockAsync(transaction, StateLock.FirstKey, cancellationToken);
                }

                return await PutAsync(transaction, record);
            },
            cancellationToken
        );
        return record;
    }

    /// <summary>Adds a key that may do everything, if there is none yet. False when somebody can get in already.</summary>
    public ValueTask<bool> AddFirstAdminAsync(
        string key,
        string id,
        string name,
        string tenantId,
        CancellationToken cancellationToken
    )
    {
        var record = new ApiKeyRecord
        {
            Id = id,
            TenantId = tenantId,
            Name = name,
            Hash = Hash(key),
            Prefix = PrefixOf(key),
            Permissions = "",
            IsAdmin = true,
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        return store.WriteAsync(
            async transaction =>
            {
                // Nodes that start together on an empty store make one key, not one each.
                await store.Dialect.LockAsync(transaction, StateLock.FirstKey, cancellationToken);
                if (await HasAdminAsync(transaction))
                {
                    return false;
                }

                await PutAsync(transaction, record);
                return true;
            },
            cancellationToken
        );
    }

    public ValueTask<ApiKeyRecord?> FindAsync(string hash, CancellationToken cancellationToken) =>
        store.ReadAsync(
            connection =>
                connection.QuerySingleOrDefaultAsync<ApiKeyRecord>(
                    ApiKeyRecord.Select + " where hash = @hash",
                    new { hash }
                ),
            cancellationToken
        );

    public async ValueTask<IReadOnlyList<ApiKeyRecord>> ListAsync(string? tenantId, CancellationToken cancellationToken)
    {
        var records = await store.ReadAsync(
            connection =>
                connection.QueryAsync<ApiKeyRecord>(
                    ApiKeyRecord.Select + " where @tenantId is null or tenant_id = @tenantId order by created_at, id",
                    new { tenantId }
                ),
            cancellationToken
        );
        return [.. records];
    }

    /// <summary>Forgets a key. The hash it had, or null when there was no such key.</summary>
    public ValueTask<string?> DeleteAsync(string id, CancellationToken cancellationToken) =>
        store.WriteAsync(
            transaction =>
                transaction.Connection!.ExecuteScalarAsync<string?>(
                    "delete from api_keys where id = @id returning hash",
                    new { id },
                    transaction
                ),
            cancellationToken
        );

    private static string PrefixOf(string key) => key[..Math.Min(key.Length / 4, Marker.Length + 4)];

    private static async Task<int> PutAsync(DbTransaction transaction, ApiKeyRecord record)
    {
        // A key with a given id takes the place of the one before it.
        await transaction.Connection!.ExecuteAsync(
            "delete from api_keys where id = @Id and hash <> @Hash",
            record,
            transaction
        );
        return await transaction.Connection!.ExecuteAsync(
            "insert into api_keys (id, tenant_id, name, hash, prefix, permissions, is_admin, created_at, expires_at)"
                + " values (@Id, @TenantId, @Name, @Hash, @Prefix, @Permissions, @IsAdmin, @CreatedAt, @ExpiresAt)"
                + " on conflict (hash) do nothing",
            record,
            transaction
        );
    }

    /// <summary>Whether anybody could still get in with everything.</summary>
    private Task<bool> HasAdminAsync(DbTransaction transaction) =>
        transaction.Connection!.ExecuteScalarAsync<bool>(
            "select count(*) > 0 from api_keys where is_admin and (expires_at is null or expires_at > @now)",
            new { now = time.GetUtcNow().ToUnixTimeMilliseconds() },
            transaction
        );
}
