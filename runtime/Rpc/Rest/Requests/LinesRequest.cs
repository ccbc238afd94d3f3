using System.Buffers;
using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Errors;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.Requests;

/// <summary>A stream of messages as NDJSON: one per line, read as they come. The path's fields go into the first.</summary>
internal sealed class LinesRequest(HttpContext http, RestRoute route) : RestRequest
{
    private readonly ErrorLanguage _language = ErrorLanguages.Of(http.Request);
    private readonly int _limit = route.Handler.Options.MaxReceiveMessageSize ?? int.MaxValue;
    private int _count;
    private bool _isOver;

    public override async ValueTask<IMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_count == 0)
        {
            RefuseOtherTypes();
        }

        var input = http.Request.BodyReader;
        while (!_isOver)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var isWhole = TakeLine(ref buffer, result.IsCompleted, out var line);
            var examined = isWhole ? buffer.Start : buffer.End;
            try
            {
                if (line.Length > _limit)
                {
                    throw RestFault.Create(
                        RpcErrors.PayloadTooLarge,
                        _language,
                        Place(""),
                        $"a line may have {_limit} bytes"
                    );
                }

                if (isWhole && Parse(line) is { } message)
                {
                    return message;
                }
            }
            finally
            {
                // After a fault too: the server could not drain what is left, and would end the connection.
                input.AdvanceTo(buffer.Start, examined);
            }

            _isOver = !isWhole && result.IsCompleted;
        }

        return null;
    }

    public override ValueTask DisposeAsync() => default;

    /// <summary>Cuts the first line off; the last one may lack its end. When it is not whole yet, the line is what has come.</summary>
    private static bool TakeLine(ref ReadOnlySequence<byte> buffer, bool isCompleted, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        line = buffer;
        if (!isCompleted || buffer.IsEmpty)
        {
            return false;
        }

        buffer = buffer.Slice(buffer.End);
        return true;
    }

    /// <summary>Null for an empty line.</summary>
    private IMessage? Parse(ReadOnlySequence<byte> line)
    {
        var json = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
        if (json.Trim(" \t\r"u8).IsEmpty)
        {
            return null;
        }

        try
        {
            var message = route.Codec.Read(route.Input.Descriptor, json);
            if (_count++ == 0)
            {
                RequestFields.Apply(http, route, message);
            }

            return message;
        }
        catch (JsonReadException fault)
        {
            throw RestFault.Create(
                fault.IsMalformed ? RpcErrors.MalformedJson : RpcErrors.InvalidRequest,
                _language,
                Place(fault.Field),
                fault.Reason
            );
        }
    }

    /// <summary>Faults name the message by its number, as a list would.</summary>
    private string Place(string path)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"[{_count}]");
        return path.Length == 0 ? line : $"{line}.{path}";
    }

    private void RefuseOtherTypes()
    {
        var isLines =
            MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            && (
                type.MediaType.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            );
        if (!isLines)
        {
            throw RestFault.Create(
                RpcErrors.UnsupportedMediaType,
                _language,
                HeaderNames.ContentType,
                "must be application/x-ndjson in UTF-8"
            );
        }
    }
}
