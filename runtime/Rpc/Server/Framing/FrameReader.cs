using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls;
using Yyc3.Connectors.Rpc.Calls.Binding;

namespace Yyc3.Connectors.Rpc.Server.Framing;

/// <summary>Reads length-prefixed messages and parses them straight from the segments of the pipe.</summary>
internal sealed class FrameReader : DeserializationContext
{
    private const int HeaderLength = 5;

    private PipeReader _input = null!;
    private string? _encoding;
    private int _limit;
    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public void Reset(PipeReader input, string? encoding, int? limit)
    {
        _input = input;
        _encoding = encoding;
        _limit = limit ?? int.MaxValue;
    }

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <summary>The next message, or null at the end of the request.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<object?> ReadAsync(MessageFormat format, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var result = await _input.ReadAsync(cancellationToken);
                if (TryRead(result.Buffer, format, out var message, out _))
                {
                    return message;
                }
                if (result.IsCompleted)
                {
                    _input.AdvanceTo(result.Buffer.End);
                    return result.Buffer.IsEmpty ? null : throw FrameFault.Truncated();
                }
                _input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw FrameFault.ClientGone(exception);
        }
    }

    /// <summary>The only message. Mostly it has arrived whole and with the end of the request: one read.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<object> ReadSingleAsync(MessageFormat format, CancellationToken cancellationToken)
    {
        object? message = null;
        try
        {
            while (true)
            {
                var result = await _input.ReadAsync(cancellationToken);
                if (message is not null)
                {
                    _input.AdvanceTo(result.Buffer.End);
                    if (!result.Buffer.IsEmpty)
                    {
                        throw Cardinality.Many();
                    }
                }
                else if (TryRead(result.Buffer, format, out message, out var isLast))
                {
                    if (!isLast)
                    {
                        throw Cardinality.Many();
                    }
                }
                else
                {
                    _input.AdvanceTo(result.IsCompleted ? result.Buffer.End : result.Buffer.Start, result.Buffer.End);
                    if (result.IsCompleted)
                    {
                        throw result.Buffer.IsEmpty ? Cardinality.None() : FrameFault.Truncated();
                    }
                }
                if (result.IsCompleted && message is not null)
                {
                    return message;
                }
            }
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw FrameFault.ClientGone(exception);
        }
    }

    private bool TryRead(
        in ReadOnlySequence<byte> buffer,
        MessageFormat format,
        [NotNullWhen(true)] out object? message,
        out bool isLast
    )
    {
        message = null;
        isLast = false;
        if (buffer.Length < HeaderLength)
        {
            return false;
        }
        var end = buffer.End;
        byte[]? rented = null;
        try
        {
            ReadHeader(buffer, out var flag, out var length);
            if (buffer.Length < HeaderLength + (long)length)
            {
                end = default;
                return false;
            }
            var payload = buffer.Slice(HeaderLength, length);
            isLast = buffer.Length == HeaderLength + (long)length;
            var next = payload.End;
            _payload = flag == 0 ? payload : Inflate(payload, out rented);
            message = Parse(format);
            end = next;
            return true;
        }
        finally
        {
            _payload = default;
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
            if (!end.Equals(default))
            {
                // After a fault the whole buffer is dropped: nothing behind it can be trusted.
                _input.AdvanceTo(end);
            }
        }
    }

    private void ReadHeader(in ReadOnlySequence<byte> buffer, out byte flag, out uint length)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        flag = header[0];
        length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (flag > 1)
        {
            throw FrameFault.BadFlag(flag);
        }
        if (length > _limit)
        {
            throw FrameFault.TooLarge(length, _limit);
        }
        if (flag == 1 && _encoding is null or GrpcEncoding.Identity)
        {
            throw FrameFault.CompressedWithoutEncoding();
        }
    }

    private ReadOnlySequence<byte> Inflate(in ReadOnlySequence<byte> payload, out byte[] rented)
    {
        rented = Inflater.Inflate(payload, _encoding!, _limit, out var length);
        return new ReadOnlySequence<byte>(rented, 0, length);
    }

    private object Parse(MessageFormat format)
    {
        try
        {
            return format.Parse(this);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw FrameFault.BadMessage(exception);
        }
    }
}
