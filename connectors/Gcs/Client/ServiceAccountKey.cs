using System.Text.Json;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Gcs.Client;

/// <summary>What matters of a service account's key file.</summary>
/// <param name="Email">The account.</param>
/// <param name="PrivateKey">PKCS#8 in PEM.</param>
/// <param name="KeyId">Id of the key; may be null.</param>
/// <param name="TokenUri">Where tokens are made.</param>
internal sealed record ServiceAccountKey(string Email, string PrivateKey, string? KeyId, Uri TokenUri)
{
    private const string Field = "auth.credentials.serviceAccountJson";
    private const string DefaultTokenUri = "https://oauth2.googleapis.com/token";

    /// <exception cref="ConnectorException">It is no key file of a service account.</exception>
    public static ServiceAccountKey Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "type") is not "service_account")
            {
                throw ConnectorException.Invalid(Field, "must be the key file of a service account");
            }

            return new ServiceAccountKey(
                Text(root, "client_email") ?? throw Missing("client_email"),
                Text(root, "private_key") ?? throw Missing("private_key"),
                Text(root, "private_key_id"),
                Uri.TryCreate(Text(root, "token_uri") ?? DefaultTokenUri, UriKind.Absolute, out var uri)
                    ? uri
                    : throw ConnectorException.Invalid(Field, "has a token_uri that is no address")
            );
        }
        catch (JsonException)
        {
            throw ConnectorException.Invalid(Field, "is not JSON");
        }
    }

    /// <summary>Never shows the key.</summary>
    public override string ToString() => Email;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ConnectorException Missing(string name) => ConnectorException.Invalid(Field, $"has no {name}");
}
