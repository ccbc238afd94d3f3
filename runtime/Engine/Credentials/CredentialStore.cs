using System.Data.Common;
using System.Text.Json;
using Dapper;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Credentials;

/// <summary>The integrations' secrets, sealed. Written in the transaction of the integration they belong to.</summary>
internal sealed class CredentialStore(StateStore store, CredentialSealer sealer)
{
    public ValueTask<byte[]> SealAsync(
        string tenantId,
        string integrationId,
        IReadOnlyDictionary<string, string> secrets,
        CancellationToken cancellationToken
    ) =>
        sealer.SealAsync(tenantId, Row(integrationId), JsonSerializer.SerializeToUtf8Bytes(secrets), cancellationToken);

    public static Task SaveAsync(DbTransaction transaction, string integrationId, byte[] value) =>
        transaction.Connection!.ExecuteAsync(
            "insert into credentials (integration_id, sealed) values (@integrationId, @value)"
                + " on conflict (integration_id) do update set sealed = excluded.sealed",
            new { integrationId, value },
            transaction
        );

    public async ValueTask<IReadOnlyDictionary<string, string>> LoadAsync(
        string tenantId,
        string integrationId,
        CancellationToken cancellationToken
    )
    {
        var value = await store.ReadAsync(
            connection =>
                connection.QuerySingleOrDefaultAsync<byte[]>(
                    "select sealed from credentials where integration_id = @integrationId",
                    new { integrationId }
                ),
            cancellationToken
        );
        if (value is null)
        {
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }

        var plain = await sealer.OpenAsync(tenantId, Row(integrationId), value, cancellationToken);
        return JsonSerializer.Deserialize<Dictionary<string, string>>(plain)!;
    }

    private static string Row(string integrationId) => $"credentials:{integrationId}:sealed";
}
