using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3.Objects;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AwsS3.Uploading;

/// <summary>An object about to be stored: everything but its content.</summary>
internal sealed record ObjectDraft
{
    private const string Gzip = "gzip";

    /// <summary>Key in the bucket.</summary>
    public required string Key { get; init; }

    public required PutOptions Options { get; init; }

    /// <summary>How it is to be encrypted; null when it is not.</summary>
    public Encryption? Encryption { get; init; }

    /// <summary>Size of the plain content; null while it is not known.</summary>
    public long? PlainSize { get; init; }

    /// <summary>Whether only a single request can find out if the object exists.</summary>
    public bool NeedsSingleRequest { get; init; }

    public string? IfNoneMatch => Options.CreateOnly ? "*" : null;

    /// <summary>Describes the object in a single request.</summary>
    public void WriteTo(PutObjectRequest request)
    {
        request.ContentType = Options.ContentType;
        request.IfNoneMatch = IfNoneMatch;
        request.ServerSideEncryptionMethod = Encryption?.Method;
        request.ServerSideEncryptionKeyManagementServiceKeyId = Encryption?.KeyId;
        Describe(request.Headers, request.Metadata);
    }

    /// <summary>Describes the object at the beginning of an upload in parts.</summary>
    public void WriteTo(InitiateMultipartUploadRequest request)
    {
        request.ContentType = Options.ContentType;
        request.ServerSideEncryptionMethod = Encryption?.Method;
        request.ServerSideEncryptionKeyManagementServiceKeyId = Encryption?.KeyId;
        Describe(request.Headers, request.Metadata);
    }

    private void Describe(HeadersCollection headers, MetadataCollection metadata)
    {
        var mark = Options.Compress ? new GzipMark(PlainSize) : null;
        if (mark is not null)
        {
            // For those who come by a link or with another tool.
            headers.ContentEncoding = Gzip;
        }

        new MetadataHeaders(Options.Metadata, mark).WriteTo(metadata);
    }
}
