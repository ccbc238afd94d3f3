using Amazon.S3.Model;

namespace Yyc3.Connectors.AwsS3.Copying;

/// <summary>What goes along when an object's description is written anew instead of copied by the store.</summary>
internal static class CopiedHeaders
{
    private const string MetadataStart = "x-amz-meta-";

    public static void Write(GetObjectMetadataResponse head, HeadersCollection headers, MetadataCollection metadata)
    {
        headers.CacheControl = head.Headers.CacheControl;
        headers.ContentDisposition = head.Headers.ContentDisposition;
        headers.ContentEncoding = head.Headers.ContentEncoding;
        headers.ContentLanguage = head.Headers.ContentLanguage;
        foreach (var name in head.Metadata.Keys)
        {
            metadata[name[MetadataStart.Length..]] = head.Metadata[name];
        }
    }
}
