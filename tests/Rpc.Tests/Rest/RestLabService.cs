using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Tests.Lab;
using Status = Grpc.Core.Status;

namespace Yyc3.Connectors.Rpc.Tests.Rest;

/// <summary>Answers with what arrived, so that tests can see it.</summary>
internal sealed class RestLabService : LabService.LabServiceBase
{
    public static readonly byte[] File = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i % 251))];

    public override Task<Thing> CreateThing(CreateThingRequest request, ServerCallContext context) =>
        Task.FromResult(
            new Thing
            {
                Id = "thing-1",
                Name = request.Name,
                Size = request.Size,
                State = request.State,
                CreatedAt = new Timestamp { Seconds = 1770112800 },
                Etag = "v1",
                SecretNote = request.InternalNote,
                Parts = { request.Parts },
                Labels = { ["key"] = request.IdempotencyKey },
                Auth = request.Auth,
            }
        );

    public override Task<Thing> GetThing(GetThingRequest request, ServerCallContext context)
    {
        context.ResponseTrailers.Add("x-lab", context.RequestHeaders.GetValue("x-lab") ?? "none");
        return Task.FromResult(new Thing { Id = request.Id });
    }

    public override Task<Thing> GetSpecial(GetThingRequest request, ServerCallContext context) =>
        Task.FromResult(new Thing { Id = "the special one" });

    public override Task<Struct> DeleteThing(GetThingRequest request, ServerCallContext context) =>
        Task.FromResult(new Struct());

    public override Task<UpdateThingResponse> UpdateThing(UpdateThingRequest request, ServerCallContext context)
    {
        request.Thing.Remark = request.DryRun ? "dry" : request.IfMatch;
        request.Thing.Etag = "v2";
        return Task.FromResult(new UpdateThingResponse { Thing = request.Thing });
    }

    public override Task<FindThingsResponse> FindThings(FindThingsRequest request, ServerCallContext context) =>
        Task.FromResult(new FindThingsResponse { Seen = request });

    public override Task<Thing> InstallThing(GetThingRequest request, ServerCallContext context) =>
        Task.FromResult(new Thing { Id = "installed " + request.Id });

    public override Task<GetByNameResponse> GetByName(GetByNameRequest request, ServerCallContext context) =>
        Task.FromResult(new GetByNameResponse { Name = request.Name });

    public override Task<Thing> Fail(GetThingRequest request, ServerCallContext context) =>
        request.Id switch
        {
            "crash" => throw new InvalidOperationException("secret inner text"),
            "plain" => throw new RpcException(new Status(StatusCode.NotFound, "Not here.")),
            "detailed" => throw (
                RichStatus
                    .Create(RpcErrors.Unavailable, ErrorLanguages.Of(context))
                    .About("config.region", "Invalid region") with
                {
                    Retryable = true,
                    RetryDelay = TimeSpan.FromSeconds(1.5),
                    Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["size"] = "12" },
                }
            ).ToException(),
            _ => throw new RpcException(
                new Status((StatusCode)int.Parse(request.Id, CultureInfo.InvariantCulture), "Asked for.")
            ),
        };

    public override async Task Watch(
        WatchRequest request,
        IServerStreamWriter<WatchResponse> responseStream,
        ServerCallContext context
    )
    {
        for (var i = 1; i <= request.Count; i++)
        {
            await responseStream.WriteAsync(new WatchResponse { Number = i });
            if (i == request.FailAfter)
            {
                throw RichStatus.Create(RpcErrors.Unavailable, ErrorLanguage.English).About("x", "gone").ToException();
            }
        }

        if (request.FailAfter < 0)
        {
            throw new RpcException(new Status(StatusCode.NotFound, "Nothing to watch."));
        }
    }

    public override async Task StreamRows(
        WatchRequest request,
        IServerStreamWriter<RowsResponse> responseStream,
        ServerCallContext context
    )
    {
        await responseStream.WriteAsync(Rows());
        await responseStream.WriteAsync(
            new RowsResponse { Rows = { new Row { Values = { new Cell { BoolValue = true } } } } }
        );
    }

    public override Task<RowsResponse> GetRows(WatchRequest request, ServerCallContext context) =>
        Task.FromResult(Rows());

    public override async Task<WatchResponse> Collect(
        IAsyncStreamReader<WatchResponse> requestStream,
        ServerCallContext context
    )
    {
        var sum = new WatchResponse();
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            sum.Number += requestStream.Current.Number;
        }

        return sum;
    }

    public override async Task<UploadResponse> Upload(
        IAsyncStreamReader<UploadRequest> requestStream,
        ServerCallContext context
    )
    {
        Assert.True(await requestStream.MoveNext(context.CancellationToken));
        var response = new UploadResponse { Header = requestStream.Current.Header };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            hash.AppendData(requestStream.Current.Chunk.Span);
            response.Size += requestStream.Current.Chunk.Length;
            response.Chunks++;
        }

        response.Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return response;
    }

    public override async Task Download(
        DownloadRequest request,
        IServerStreamWriter<DownloadResponse> responseStream,
        ServerCallContext context
    )
    {
        var (first, last) = Range(request.Range);
        if (first >= File.Length)
        {
            throw (
                RichStatus.Create(RpcErrors.RangeNotSatisfiable, ErrorLanguages.Of(context)) with
                {
                    Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["size"] = "1000" },
                }
            ).ToException();
        }

        var header = new DownloadHeader
        {
            Name = "报告 1.pdf",
            ContentType = "application/pdf",
            ContentLength = last - first + 1,
            Etag = "abc",
            LastModified = new Timestamp { Seconds = 1770112800 },
        };
        if (request.Range is not null)
        {
            header.ContentRange = new ContentRange
            {
                First = first,
                Last = last,
                Total = File.Length,
            };
        }

        await responseStream.WriteAsync(new DownloadResponse { Header = header });
        if (request.Id == "early")
        {
            throw new RpcException(new Status(StatusCode.NotFound, "No such file."));
        }

        for (var at = first; at <= last; at += 300)
        {
            var length = (int)Math.Min(300, last - at + 1);
            await responseStream.WriteAsync(
                new DownloadResponse { Chunk = ByteString.CopyFrom(File.AsSpan((int)at, length)) }
            );
            if (request.Id == "late")
            {
                throw new RpcException(new Status(StatusCode.DataLoss, "The disk is gone."));
            }
        }
    }

    private static (long First, long Last) Range(ByteRange? range) =>
        range switch
        {
            null => (0, File.Length - 1),
            { HasSuffixLength: true } => (File.Length - range.SuffixLength, File.Length - 1),
            { HasLast: true } => (range.First, Math.Min(range.Last, File.Length - 1)),
            _ => (range.First, File.Length - 1),
        };

    private static RowsResponse Rows() =>
        new()
        {
            Columns =
            {
                new Column { Name = "id" },
                new Column { Name = "name" },
                new Column { Name = "id" },
            },
            Rows =
            {
                new Row
                {
                    Values =
                    {
                        new Cell { Int64Value = 1 },
                        new Cell { StringValue = "a" },
                        new Cell { DecimalValue = "1.10" },
                    },
                },
                new Row
                {
                    Values =
                    {
                        new Cell { NullValue = default },
                        new Cell { JsonValue = "{\"a\":\n1}" },
                    },
                },
            },
        };
}
