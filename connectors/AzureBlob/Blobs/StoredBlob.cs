using Azure;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>What the service tells of a blob that it has just stored.</summary>
/// <param name="ETag">Its tag.</param>
/// <param name="LastModified">When it was stored.</param>
/// <param name="VersionId">Its version; null where the account keeps none.</param>
internal sealed record StoredBlob(ETag ETag, DateTimeOffset LastModified, string? VersionId);
