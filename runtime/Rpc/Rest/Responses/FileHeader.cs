using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Yyc3.Connectors.Rpc.Rest.Json;

namespace Yyc3.Connectors.Rpc.Rest.Responses;

/// <summary>The header message of a download as HTTP headers.</summary>
internal sealed class FileHeader(MessagePlan plan, IMessage message)
{
    private const string DefaultType = "application/octet-stream";

    public void Apply(HttpContext http, bool acceptsRanges)
    {
        var response = http.Response;
        ResponseHeaders.Apply(response, plan, message);
        response.ContentType = IsHeaderValue(Text("content_type")) is { } type ? type : DefaultType;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentDisposition = Disposition(Text("name"));
        if (acceptsRanges)
        {
            response.Headers.AcceptRanges = "bytes";
        }

        if (Text("etag") is { } tag)
        {
            ResponseHeaders.Set(response, HeaderNames.ETag, EntityTags.Quote(tag));
        }

        if (Value("last_modified") is Timestamp time)
        {
            response.Headers.LastModified = HeaderUtilities.FormatDate(time.ToDateTimeOffset());
        }

        if (Value("content_length") is long length)
        {
            response.ContentLength = length;
        }

        if (Value("content_range") is IMessage range)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture,
                $"bytes {Number(range, "first")}-{Number(range, "last")}/{Number(range, "total")}"
            );
        }
    }

    private static string? IsHeaderValue(string? text) =>
        text is not null && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? text : null;

    private static string Disposition(string? name)
    {
        if (name is null)
        {
            return "attachment";
        }

        var value = new ContentDispositionHeaderValue("attachment");
        value.SetHttpFileName(name);
        return value.ToString();
    }

    private static long Number(IMessage range, string field) =>
        range.Descriptor.FindFieldByName(field)?.Accessor.GetValue(range) as long? ?? 0;

    private string? Text(string field) => Value(field) is string { Length: > 0 } text ? text : null;

    /// <summary>Null when the field does not exist or is absent.</summary>
    private object? Value(string field)
    {
        var descriptor = plan.Descriptor.FindFieldByName(field);
        return descriptor is null || (descriptor.HasPresence && !descriptor.Accessor.HasValue(message))
            ? null
            : descriptor.Accessor.GetValue(message);
    }
}
