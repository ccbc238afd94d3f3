namespace Yyc3.Connectors.Rpc.Rest.Requests;

/// <summary>One part of a multipart form.</summary>
internal sealed record UploadPart(string Name, string? FileName, string? ContentType, Stream Body);
