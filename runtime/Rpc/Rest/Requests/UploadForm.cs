using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Errors;

namespace Yyc3.Connectors.Rpc.Rest.Requests;

/// <summary>Reads the parts of a multipart form one after the other.</summary>
internal sealed class UploadForm(MultipartReader reader, HttpContext http, ErrorLanguage language)
{
    private const int MaxParts = 64;
    private const int MaxPartHeader = 16 * 1024;
    private const int MaxBoundary = 200;

    private int _parts;

    public static UploadForm Open(HttpRequest request, ErrorLanguage language)
    {
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        )
        {
            throw RestFault.Create(
                RpcErrors.UnsupportedMediaType,
                language,
                HeaderNames.ContentType,
                "must be multipart/form-data"
            );
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundary)
        {
            throw RestFault.Create(
                RpcErrors.MalformedMultipart,
                language,
                HeaderNames.ContentType,
                "must name a boundary of at most 200 characters"
            );
        }

        var reader = new MultipartReader(boundary, request.Body, UploadChunk.Size)
        {
            HeadersLengthLimit = MaxPartHeader,
            BodyLengthLimit = null,
        };
        return new UploadForm(reader, request.HttpContext, language);
    }

    /// <summary>The next part, or null at the end of the form.</summary>
    public async ValueTask<UploadPart?> NextAsync(CancellationToken cancellationToken)
    {
        var section = await GuardAsync(() => reader.ReadNextSectionAsync(cancellationToken));
        if (section is null)
        {
            return null;
        }

        if (++_parts > MaxParts)
        {
            throw Malformed($"has more than {MaxParts} parts");
        }

        if (
            !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            || HeaderUtilities.RemoveQuotes(disposition.Name).ToString() is not { Length: > 0 } name
        )
        {
            throw Malformed("has a part without a name");
        }

        var fileName = HeaderUtilities.RemoveQuotes(
            disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName
        );
        return new UploadPart(
            name,
            fileName.HasValue ? fileName.ToString() : null,
            section.ContentType,
            new PartStream(section.Body, this)
        );
    }

    /// <summary>What the reader throws for a broken form becomes a fault of the request.</summary>
    public async Task<T> GuardAsync<T>(Func<Task<T>> step)
    {
        try
        {
            return await step();
        }
        catch (Exception e)
            when (e is InvalidDataException || e is IOException and not BadHttpRequestException && !IsGone())
        {
            throw Malformed(e is InvalidDataException ? "has a part header that is too long" : "ends too early");
        }
    }

    private bool IsGone() => http.RequestAborted.IsCancellationRequested;

    private Grpc.Core.RpcException Malformed(string reason) =>
        RestFault.Create(RpcErrors.MalformedMultipart, language, reason: reason);
}
