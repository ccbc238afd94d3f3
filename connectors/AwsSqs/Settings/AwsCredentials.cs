using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsSqs.Settings;

/// <summary>Whose calls these are. No record: a record prints what it holds.</summary>
internal sealed class AwsCredentials(string accessKeyId, string secretAccessKey, string? sessionToken)
{
    public string AccessKeyId { get; } = accessKeyId;

    public string SecretAccessKey { get; } = secretAccessKey;

    /// <summary>Belongs to a temporary access key; null for none.</summary>
    public string? SessionToken { get; } = sessionToken;

    public static AwsCredentials Read(ConnectorCredentials credentials)
    {
        var token = credentials.Find("sessionToken");
        return new AwsCredentials(
            HeaderSafe("accessKeyId", credentials.GetRequired("accessKeyId")),
            credentials.GetRequired("secretAccessKey"),
            string.IsNullOrEmpty(token) ? null : HeaderSafe("sessionToken", token)
        );
    }

    /// <summary>These two travel in headers, where a line break would start another one.</summary>
    private static string HeaderSafe(string name, string value) =>
        value.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? throw ConnectorException.Invalid("auth.credentials." + name, "must not hold spaces or control characters")
            : value;
}
