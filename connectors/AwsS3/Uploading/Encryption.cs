using Amazon.S3;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AwsS3.Uploading;

/// <summary>How the store is asked to encrypt an object.</summary>
/// <param name="Method">S3's name of the way.</param>
/// <param name="KeyId">Key of the key management service; null for the store's choice.</param>
internal sealed record Encryption(ServerSideEncryptionMethod Method, string? KeyId)
{
    /// <summary>Reads what an upload asks for.</summary>
    /// <returns>Null when it asks for nothing.</returns>
    public static Encryption? From(PutOptions options, string? kmsKeyId)
    {
        var encryption = options.EncryptionAlgorithm switch
        {
            null => kmsKeyId is null ? Plain : Managed(kmsKeyId),
            "AES256" => Plain,
            "aws:kms" => Managed(kmsKeyId),
            _ => throw ConnectorException.Invalid("options.encryptionAlgorithm", "must be AES256 or aws:kms"),
        };
        return options.Encrypt ? encryption : null;
    }

    private static Encryption Plain { get; } = new(ServerSideEncryptionMethod.AES256, KeyId: null);

    private static Encryption Managed(string? keyId) => new(ServerSideEncryptionMethod.AWSKMS, keyId);

    /// <summary>Whether an answer says that the object is encrypted as it was asked for.</summary>
    public static bool IsConfirmed(ServerSideEncryptionMethod? asked, ServerSideEncryptionMethod? answered) =>
        string.IsNullOrEmpty(asked?.Value) || asked.Value == answered?.Value;
}
