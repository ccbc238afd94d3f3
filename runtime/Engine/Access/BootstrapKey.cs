namespace Yyc3.Connectors.Runtime.Access;

/// <summary>Makes sure that somebody can get in: the operator's key, or a new one on the very first start.</summary>
internal sealed class BootstrapKey(ApiKeyStore keys, TenantStore tenants)
{
    private const string Name = "bootstrap";

    /// <summary>There is one: a key set later takes its place, so that an old one can be got rid of.</summary>
    private const string Id = "key-bootstrap";

    /// <summary>The key to print, once, or null when there is nothing to tell.</summary>
    public async Task<string?> EnsureAsync(string? configured, CancellationToken cancellationToken)
    {
        await tenants.AddAsync(TenantStore.Default, "Default", cancellationToken);
        if (!string.IsNullOrEmpty(configured))
        {
            await keys.AddAsync(configured, Name, TenantStore.Default, [], isAdmin: true, null, cancellationToken, Id);
            return null;
        }

        var key = ApiKeyStore.Make();
        return await keys.AddFirstAdminAsync(key, Id, Name, TenantStore.Default, cancellationToken) ? key : null;
    }
}
