using Dapper;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Idempotency;

/// <summary>The first result of each idempotency key, kept for 24 hours.</summary>
internal sealed class IdempotencyStore(StateStore store, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>After this long a call without a result is taken for dead: its process was killed.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(10);

    /// <summary>Claims a key for a call, or tells what an earlier call with it left.</summary>
    /// <param name="tenantId">Keys are a tenant's own.</param>
    /// <param name="key">The caller's key.</param>
    /// <param name="method">The method called.</param>
    /// <param name="requestHash">Hash of the request without the key.</param>
    /// <param name="owner">Names this call, so that only it can save or release.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null when the key is this call's now.</returns>
    public ValueTask<IdempotencyRow?> ClaimAsync(
        string tenantId,
        string key,
        string method,
        string requestHash,
        string owner,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var row = new
        {
            tenantId,
            key,
            method,
            requestHash,
            owner,
            now = now.ToUnixTimeMilliseconds(),
            expiresAt = (now + LongestCall).ToUnixTimeMilliseconds(),
        };
        return store.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                await connection.ExecuteAsync(
                    "delete from idempotency_keys where expires_at <= @now",
                    row,
                    transaction
                );
                var claimed = await connection.ExecuteAsync(
                    "insert into idempotency_keys (tenant_id, key, method, request_hash, owner, expires_at)"
                        + " values (@tenantId, @key, @method, @requestHash, @owner, @expiresAt)"
                        + " on conflict (tenant_id, key) do nothing",
                    row,
                    transaction
                );
                return claimed > 0
                    ? null
                    : await connection.QuerySingleAsync<IdempotencyRow?>(
                        "select method as Method, request_hash as RequestHash, response as Response"
                            + " from idempotency_keys where tenant_id = @tenantId and key = @key",
                        row,
                        transaction
                    );
            },
            cancellationToken
        );
    }

    /// <summary>Keeps the result of a call that had claimed the key.</summary>
    public async ValueTask SaveAsync(
        string tenantId,
        string key,
        string owner,
        string response,
        CancellationToken cancellationToken
    ) =>
        await store.WriteAsync(
            transaction =>
                transaction.Connection!.ExecuteAsync(
                    "update idempotency_keys set response = @response, expires_at = @expiresAt"
                        + " where tenant_id = @tenantId and key = @key and owner = @owner",
                    new
                    {
                        tenantId,
                        key,
                        owner,
                        response,
                        expiresAt = (time.GetUtcNow() + Kept).ToUnixTimeMilliseconds(),
                    },
                    transaction
                ),
            cancellationToken
        );

    /// <summary>Gives the key back after a failed call, so that it can be tried again.</summary>
    public async ValueTask ReleaseAsync(
        string tenantId,
        string key,
        string owner,
        CancellationToken cancellationToken
    ) =>
        await store.WriteAsync(
            transaction =>
                transaction.Connection!.ExecuteAsync(
                    "delete from idempotency_keys where tenant_id = @tenantId and key = @key and owner = @owner",
                    new
                    {
                        tenantId,
                        key,
                        owner,
                    },
                    transaction
                ),
            cancellationToken
        );
}
