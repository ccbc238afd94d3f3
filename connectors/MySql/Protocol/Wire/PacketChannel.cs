using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>
/// Packets over a connection: one buffer for what comes, one for what goes. Used by one caller at a time; only
/// <see cref="Abort"/> may come from elsewhere.
/// </summary>
internal sealed class PacketChannel : IDisposable
{
    private const int SmallBuffer = 16 * 1024;
    private const int LargestKept = 256 * 1024;
    private const int LongestIntroduction = 64 * 1024;

    private readonly Socket? _socket;
    private Stream _stream;
    private byte[] _input = ArrayPool<byte>.Shared.Rent(SmallBuffer);
    private int _next;
    private int _end;

    public PacketChannel(Socket socket)
        : this(new NetworkStream(socket, ownsSocket: true)) => _socket = socket;

    /// <summary>Speaks over any stream.</summary>
    /// <param name="stream">The stream; the channel's from now on.</param>
    public PacketChannel(Stream stream) => _stream = stream;

    /// <summary>Packets that <see cref="FlushAsync"/> sends.</summary>
    public PacketWriter Output { get; } = new();

    /// <summary>Longest payload to take. Before the server has proven anything it is short.</summary>
    public int LongestPayload { get; set; } = LongestIntroduction;

    /// <summary>Number that a packet which answers the last one has.</summary>
    public byte NextSequence { get; private set; }

    /// <summary>
    /// True when an idle connection has something to tell, which can only be its end. Costs one look at the socket.
    /// </summary>
    public bool HasNews
    {
        get
        {
            try
            {
                return _end > _next || _socket is not { } socket || socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>Whether a whole packet is here already.</summary>
    public bool HasPacket =>
        _end - _next >= PacketWriter.HeaderSize && _end - _next >= PacketWriter.HeaderSize + Header(_next, out _);

    /// <summary>Goes on over a secured stream.</summary>
    /// <param name="secure">Makes it from the plain one.</param>
    /// <returns>A task that completes when it is in use.</returns>
    public async Task SecureAsync(Func<Stream, Task<Stream>> secure)
    {
        // What came before the handshake was not protected by it; somebody may have put it there.
        if (_end > _next)
        {
            throw new MySqlProtocolException("The server spoke before TLS was agreed on.");
        }

        _stream = await secure(_stream);
    }

    /// <summary>Sends what <see cref="Output"/> holds, in one write.</summary>
    /// <param name="cancellationToken">Leaves the connection unusable.</param>
    /// <returns>A task that completes when it is handed to the network.</returns>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (Output.Written.IsEmpty)
        {
            return;
        }

        await _stream.WriteAsync(Output.Written, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
        Output.Clear();
    }

    /// <summary>Takes the next packet if it is here already.</summary>
    /// <param name="payload">Its payload, until the next read.</param>
    /// <returns>False when the network must be asked.</returns>
    public bool TryRead(out ReadOnlyMemory<byte> payload)
    {
        if (_end - _next >= PacketWriter.HeaderSize)
        {
            var length = Header(_next, out var sequence);
            if (length < PacketWriter.LongestPayload && _end - _next >= PacketWriter.HeaderSize + length)
            {
                NextSequence = (byte)(sequence + 1);
                payload = _input.AsMemory(_next + PacketWriter.HeaderSize, length);
                _next += PacketWriter.HeaderSize + length;
                return true;
            }
        }

        payload = default;
        return false;
    }

    /// <summary>Reads the next packet; one that came in several parts is joined.</summary>
    /// <param name="cancellationToken">Leaves the connection unusable.</param>
    /// <returns>Its payload, until the next read.</returns>
    /// <exception cref="EndOfStreamException">The server has closed the connection.</exception>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken) =>
        TryRead(out var payload) ? ValueTask.FromResult(payload) : ReceiveAsync(cancellationToken);

    /// <summary>Breaks the connection; whoever waits on it fails. Thread-safe.</summary>
    public void Abort()
    {
        if (_socket is { } socket)
        {
            socket.Dispose();
        }
        else
        {
            _stream.Dispose();
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        Output.Dispose();
        ArrayPool<byte>.Shared.Return(_input);
        _input = [];
        (_next, _end) = (0, 0);
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        // Counted from _next, because the buffer may be exchanged while it is filled.
        var taken = 0;
        var joined = PacketWriter.HeaderSize;
        while (true)
        {
            await FillAsync(taken + PacketWriter.HeaderSize, cancellationToken);
            var length = Header(_next + taken, out var sequence);
            if (taken > 0 && sequence != NextSequence)
            {
                throw new MySqlProtocolException("The parts of a packet are out of order.");
            }

            if (joined - PacketWriter.HeaderSize + (long)length > LongestPayload)
            {
                throw new MySqlPacketTooLargeException();
            }

            NextSequence = (byte)(sequence + 1);
            await FillAsync(taken + PacketWriter.HeaderSize + length, cancellationToken);
            if (taken > 0)
            {
                _input.AsSpan(_next + taken + PacketWriter.HeaderSize, length).CopyTo(_input.AsSpan(_next + joined));
            }

            taken += PacketWriter.HeaderSize + length;
            joined += length;
            if (length < PacketWriter.LongestPayload)
            {
                break;
            }
        }

        var payload = _input.AsMemory(_next + PacketWriter.HeaderSize, joined - PacketWriter.HeaderSize);
        _next += taken;
        return payload;
    }

    private async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _next >= count)
        {
            return;
        }

        MakeRoom(count);
        while (_end - _next < count)
        {
            var read = await _stream.ReadAsync(_input.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException("The server has closed the connection.");
            }

            _end += read;
        }
    }

    private void MakeRoom(int count)
    {
        var held = _input.AsSpan(_next, _end - _next);
        var tooLarge = _input.Length > LargestKept && count <= SmallBuffer && held.Length <= SmallBuffer;
        if (count > _input.Length || tooLarge)
        {
            var other = ArrayPool<byte>.Shared.Rent(
                tooLarge ? SmallBuffer : Math.Max(count, (int)Math.Min(LongestPayload, 2L * _input.Length))
            );
            held.CopyTo(other);
            ArrayPool<byte>.Shared.Return(_input);
            _input = other;
        }
        else if (_next + count > _input.Length || held.Length == 0)
        {
            held.CopyTo(_input);
        }
        else
        {
            return;
        }

        (_next, _end) = (0, held.Length);
    }

    private int Header(int at, out byte sequence)
    {
        var header = BinaryPrimitives.ReadUInt32LittleEndian(_input.AsSpan(at));
        sequence = (byte)(header >> 24);
        return (int)(header & 0xFFFFFF);
    }
}
