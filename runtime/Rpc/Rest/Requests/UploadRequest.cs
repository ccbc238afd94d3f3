using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Errors;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.Requests;

/// <summary>A multipart form as a stream of messages: a header, then the file in chunks.</summary>
/// <remarks>
/// The file goes straight through when every other part came before it. Otherwise it waits in a temporary file until
/// the form has been read to its end, because the header must be complete first.
/// </remarks>
internal sealed class UploadRequest : RestRequest
{
    private const string FilePart = "file";

    private readonly HttpContext _http;
    private readonly RestRoute _route;
    private readonly RestOptions _options;
    private readonly ErrorLanguage _language;
    private readonly MinDataRate? _dataRate;
    private readonly UploadHeader _header;
    private UploadForm? _form;
    private Stream? _file;
    private FileStream? _spool;
    private long _size;
    private bool _isStreaming;

    public UploadRequest(HttpContext http, RestRoute route, RestOptions options)
    {
        _http = http;
        _route = route;
        _options = options;
        _language = ErrorLanguages.Of(http.Request);
        // The runner is about to lift the rate for all streams; an upload has no reason to be that slow.
        _dataRate = http.Features.Get<IHttpMinRequestBodyDataRateFeature>()?.MinDataRate;
        _header = new UploadHeader(route, _language);
    }

    public override async ValueTask<IMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_form is null)
        {
            return await ReadHeaderAsync(cancellationToken);
        }

        if (_file is null)
        {
            return null;
        }

        var chunk = await UploadChunk.ReadAsync(_file, cancellationToken);
        if (!chunk.IsEmpty)
        {
            Count(chunk.Length);
            return Wrap(_route.Upload!.ChunkField, chunk);
        }

        _file = null;
        if (_isStreaming)
        {
            await ReadRestAsync(cancellationToken);
        }

        return null;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_spool is not null)
        {
            await _spool.DisposeAsync();
        }
    }

    private async ValueTask<IMessage> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        _form = UploadForm.Open(_http.Request, _language);
        if (_http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = _dataRate;
        }

        RequestFields.Apply(_http, _route, _header.Message);
        while (await _form.NextAsync(cancellationToken) is { } part)
        {
            if (part.Name != FilePart)
            {
                await _header.ReadAsync(part, cancellationToken);
                continue;
            }

            if (_file is not null)
            {
                throw RestFault.Create(RpcErrors.InvalidRequest, _language, FilePart, "is given twice");
            }

            _header.Describe(part);
            if (_header.IsComplete)
            {
                _file = part.Body;
                _isStreaming = true;
                return Wrap(_route.Upload!.HeaderField, _header.Message);
            }

            await SpoolAsync(part, cancellationToken);
        }

        return _file is not null
            ? Wrap(_route.Upload!.HeaderField, _header.Message)
            : throw RestFault.Create(RpcErrors.InvalidRequest, _language, FilePart, "is required");
    }

    private async ValueTask SpoolAsync(UploadPart part, CancellationToken cancellationToken)
    {
        _spool = SpoolFile.Create(_options.SpoolDirectory);
        while (await UploadChunk.ReadAsync(part.Body, cancellationToken) is { IsEmpty: false } chunk)
        {
            Count(chunk.Length);
            await _spool.WriteAsync(chunk.Memory, cancellationToken);
        }

        _size = 0;
        _spool.Position = 0;
        _file = _spool;
    }

    /// <summary>Nothing may follow a file that was streamed: all parts have been seen.</summary>
    private async ValueTask ReadRestAsync(CancellationToken cancellationToken)
    {
        while (await _form!.NextAsync(cancellationToken) is { } part)
        {
            if (part.Name == FilePart)
            {
                throw RestFault.Create(RpcErrors.InvalidRequest, _language, FilePart, "is given twice");
            }

            await _header.ReadAsync(part, cancellationToken);
        }
    }

    private void Count(int bytes)
    {
        _size += bytes;
        if (_size > _options.MaxUploadSize)
        {
            throw RestFault.Create(
                RpcErrors.PayloadTooLarge,
                _language,
                FilePart,
                $"a file may have {_options.MaxUploadSize} bytes"
            );
        }
    }

    private IMessage Wrap(Google.Protobuf.Reflection.FieldDescriptor field, object value)
    {
        var message = _route.Upload!.Type.Parser.ParseFrom([]);
        field.Accessor.SetValue(message, value);
        return message;
    }
}
