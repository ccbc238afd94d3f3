using System.Buffers;

namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>Commands that wait to be written. Its owner sees to it that one thread at a time is in it.</summary>
internal sealed class SendBuffer
{
    private const int FirstSize = 16 * 1024;
    private const int LargestKept = 1024 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _length;

    /// <summary>Bytes that wait; may be asked at any time.</summary>
    public int Length => Volatile.Read(ref _length);

    /// <summary>Memory to take the first bytes with.</summary>
    public static byte[] Rent() => ArrayPool<byte>.Shared.Rent(FirstSize);

    /// <summary>Gives memory back that is too large to keep, for some that is not.</summary>
    public static byte[] Trim(byte[] bytes)
    {
        if (bytes.Length <= LargestKept)
        {
            return bytes;
        }

        ArrayPool<byte>.Shared.Return(bytes);
        return Rent();
    }

    /// <summary>Adds a command.</summary>
    public void Add(ReadOnlySpan<byte> command)
    {
        if (_bytes.Length - _length < command.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + command.Length, _bytes.Length * 2));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        command.CopyTo(_bytes.AsSpan(_length));
        Volatile.Write(ref _length, _length + command.Length);
    }

    /// <summary>Takes all that waits.</summary>
    /// <param name="bytes">Memory to go on with; becomes what was taken.</param>
    /// <returns>Number of bytes taken.</returns>
    public int Take(ref byte[] bytes)
    {
        var length = _length;
        (bytes, _bytes) = (_bytes, bytes);
        Volatile.Write(ref _length, 0);
        return length;
    }
}
