using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Yyc3.Connectors.Contracts.Storage.V1;
using Yyc3.Connectors.Rpc.Calls.Validation;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Runtime.Storage;

/// <summary>Files over the wire.</summary>
internal sealed class StorageService(ConnectorCalls calls, RequestValidator validator)
    : Contracts.Storage.V1.StorageService.StorageServiceBase
{
    private const string Capability = "storage";
    private const int DefaultLimit = 100;

    /// <summary>Large enough that the cost of a message is small against its bytes, small enough for 64 of them at once.</summary>
    private const int ChunkSize = 256 * 1024;

    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    public override async Task<UploadFileResponse> UploadFile(
        IAsyncStreamReader<UploadFileRequest> requestStream,
        ServerCallContext context
    )
    {
        if (
            !await requestStream.MoveNext(context.CancellationToken)
            || requestStream.Current.ContentCase != UploadFileRequest.ContentOneofCase.Header
        )
        {
            throw Fault.Invalid("header", "must come first");
        }

        var header = requestStream.Current.Header;
        validator.Check(header, context);
        var key = FilePath.ToKey(header.Path, header.Name, "path", "name");
        using var session = await calls.EnterAsync<IObjectStore>(context, header.IntegrationId, Capability);
        var options = Options(header, session.Integration);
        long? length = header.HasContentLength ? header.ContentLength : null;
        await using var content = new UploadStream(requestStream, length, context.CancellationToken);
        var info = await session.RunAsync(
            "storage.upload",
            mayRepeat: false,
            Timeout.InfiniteTimeSpan,
            (key, content, options),
            static (store, call, token) => store.PutAsync(call.key, call.content, call.options, token),
            context.CancellationToken
        );
        return StorageMapping.ToUploaded(header.IntegrationId, info);
    }

    public override async Task DownloadFile(
        DownloadFileRequest request,
        IServerStreamWriter<DownloadFileResponse> responseStream,
        ServerCallContext context
    )
    {
        var key = FilePath.ToKey("path", request.Path);
        var options = new ReadOptions
        {
            VersionId = NullIfEmpty(request.VersionId),
            Range = StorageMapping.ToRange(request.Range),
        };
        using var session = await calls.EnterAsync<IObjectStore>(context, request.IntegrationId, Capability);
        await using var content = await session.RunAsync(
            "storage.download",
            mayRepeat: true,
            attemptTime: null,
            (key, options),
            static (store, call, token) => store.GetAsync(call.key, call.options, token),
            context.CancellationToken
        );
        responseStream.WriteOptions = Buffered;
        await responseStream.WriteAsync(
            new DownloadFileResponse { Header = StorageMapping.ToHeader(content, options.Range is not null) },
            context.CancellationToken
        );
        responseStream.WriteOptions = null;
        try
        {
            await SendAsync(content.Content, responseStream, context.CancellationToken);
        }
        catch (Exception exception) when (session.Translate(exception) is { } fault)
        {
            throw fault;
        }
    }

    public override async Task<ListFilesResponse> ListFiles(ListFilesRequest request, ServerCallContext context)
    {
        var options = new ListOptions
        {
            Prefix = FilePath.ToPrefix("path", request.Path),
            Recursive = request.Recursive,
            Limit = request.HasLimit ? request.Limit : DefaultLimit,
            Cursor = NullIfEmpty(request.Cursor),
        };
        using var session = await calls.EnterAsync<IObjectStore>(context, request.IntegrationId, Capability);
        var page = await session.RunAsync(
            "storage.list",
            mayRepeat: true,
            attemptTime: null,
            options,
            static (store, options, token) => store.ListAsync(options, token),
            context.CancellationToken
        );
        return new ListFilesResponse
        {
            Files = { page.Objects.Select(info => StorageMapping.ToSummary(request.IntegrationId, info)) },
            Pagination = new FilePagination
            {
                Limit = options.Limit,
                Truncated = page.NextCursor is not null,
                NextCursor = page.NextCursor ?? "",
            },
        };
    }

    public override async Task<StatFileResponse> StatFile(StatFileRequest request, ServerCallContext context)
    {
        var key = FilePath.ToKey("path", request.Path);
        using var session = await calls.EnterAsync<IObjectStore>(context, request.IntegrationId, Capability);
        var info = await session.RunAsync(
            "storage.stat",
            mayRepeat: true,
            attemptTime: null,
            (key, versionId: NullIfEmpty(request.VersionId)),
            static (store, call, token) => store.StatAsync(call.key, call.versionId, token),
            context.CancellationToken
        );
        return new StatFileResponse { File = StorageMapping.ToFile(request.IntegrationId, info) };
    }

    public override async Task<ListFileVersionsResponse> ListFileVersions(
        ListFileVersionsRequest request,
        ServerCallContext context
    )
    {
        var key = FilePath.ToKey("path", request.Path);
        using var session = await calls.EnterAsync<IVersionedObjects>(
            context,
            request.IntegrationId,
            "versions of files"
        );
        var versions = await session.RunAsync(
            "storage.versions",
            mayRepeat: true,
            attemptTime: null,
            key,
            static (store, key, token) => store.ListVersionsAsync(key, token),
            context.CancellationToken
        );
        return new ListFileVersionsResponse
        {
            Versions = { versions.Select(info => StorageMapping.ToFile(request.IntegrationId, info)) },
        };
    }

    public override async Task<DeleteFileResponse> DeleteFile(DeleteFileRequest request, ServerCallContext context)
    {
        var key = FilePath.ToKey("path", request.Path);
        using var session = await calls.EnterAsync<IObjectStore>(context, request.IntegrationId, Capability);
        await session.RunAsync(
            "storage.delete",
            mayRepeat: false,
            attemptTime: null,
            (key, versionId: NullIfEmpty(request.VersionId)),
            static async (store, call, token) =>
            {
                await store.DeleteAsync(call.key, call.versionId, token);
                return true;
            },
            context.CancellationToken
        );
        return new DeleteFileResponse();
    }

    public override async Task<CopyFileResponse> CopyFile(CopyFileRequest request, ServerCallContext context)
    {
        var source = FilePath.ToKey("source", request.Source);
        var destination = FilePath.ToKey("destination", request.Destination);
        using var session = await calls.EnterAsync<IObjectStore>(context, request.IntegrationId, Capability);
        var info = await session.RunAsync(
            "storage.copy",
            mayRepeat: true,
            Timeout.InfiniteTimeSpan,
            (source, destination),
            static (store, call, token) => store.CopyAsync(call.source, call.destination, token),
            context.CancellationToken
        );
        return new CopyFileResponse { File = StorageMapping.ToFile(request.IntegrationId, info) };
    }

    private static PutOptions Options(UploadHeader header, Integration integration) =>
        new()
        {
            ContentType = header.ContentType.Length > 0 ? header.ContentType : "application/octet-stream",
            ContentLength = header.HasContentLength ? header.ContentLength : null,
            Metadata = header.Metadata,
            CreateOnly = header.Options?.CreateOnly ?? false,
            Encrypt = header.Options is { HasEncrypt: true } options
                ? options.Encrypt
                : integration.Options.EnableEncryption,
            EncryptionAlgorithm = NullIfEmpty(integration.Options.EncryptionAlgorithm),
            Compress = header.Options?.Compress ?? false,
        };

    private static string? NullIfEmpty(string text) => text.Length > 0 ? text : null;

    private static async Task SendAsync(
        Stream content,
        IServerStreamWriter<DownloadFileResponse> responses,
        CancellationToken cancellationToken
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            int count;
            while ((count = await content.ReadAsync(buffer.AsMemory(0, ChunkSize), cancellationToken)) > 0)
            {
                // A written message is serialized before the write returns, so the buffer may be used again.
                var chunk = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, count));
                await responses.WriteAsync(new DownloadFileResponse { Chunk = chunk }, cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
