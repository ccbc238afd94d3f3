using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Yyc3.Connectors.Contracts.Storage.V1;
using Yyc3.Connectors.Runtime.Storage;

namespace Yyc3.Connectors.Runtime.Tests.Storage;

public sealed class UploadStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reader_that_gives_up_does_not_wait_for_the_caller_and_loses_nothing()
    {
        var sent = new SentMessages();
        await using var upload = new UploadStream(sent, expectedLength: null, Token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var buffer = new byte[10];
        var reading = upload.ReadAsync(buffer, patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            reading.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Token)
        );

        sent.Add("abc"u8);
        Assert.Equal(3, await upload.ReadAsync(buffer, Token));
        Assert.Equal("abc"u8.ToArray(), buffer[..3]);
    }

    [Fact]
    public async Task Upload_ends_with_no_message_under_way()
    {
        var sent = new SentMessages();
        var upload = new UploadStream(sent, expectedLength: null, Token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var reading = upload.ReadAsync(new byte[10], patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(1, sent.UnderWay);

        await upload.DisposeAsync();
        Assert.Equal(0, sent.UnderWay);
    }

    /// <summary>Messages of a caller, in its own time.</summary>
    private sealed class SentMessages : IAsyncStreamReader<UploadFileRequest>
    {
        private readonly Channel<UploadFileRequest> _messages = Channel.CreateUnbounded<UploadFileRequest>();
        private int _underWay;

        public UploadFileRequest Current { get; private set; } = new();

        public int UnderWay => _underWay;

        public void Add(ReadOnlySpan<byte> chunk) =>
            Assert.True(_messages.Writer.TryWrite(new UploadFileRequest { Chunk = ByteString.CopyFrom(chunk) }));

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _underWay);
            try
            {
                Current = await _messages.Reader.ReadAsync(cancellationToken);
                return true;
            }
            finally
            {
                Interlocked.Decrement(ref _underWay);
            }
        }
    }
}
