using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>Commands as the server reads them, in memory from a pool.</summary>
internal sealed class RequestBuffer : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(256);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>Adds a whole command of plain words.</summary>
    public RequestBuffer Command(params ReadOnlySpan<string> words)
    {
        Begin(words.Length);
        foreach (var word in words)
        {
            _ = TryAdd(word);
        }

        return this;
    }

    /// <summary>Begins a command with a number of arguments, its name included.</summary>
    public void Begin(int arguments) => Line((byte)'*', arguments);

    /// <summary>Adds an argument.</summary>
    public void Add(ReadOnlySpan<byte> argument)
    {
        Line((byte)'$', argument.Length);
        Raw(argument);
        Raw("\r\n"u8);
    }

    /// <summary>Adds an argument as UTF-8.</summary>
    /// <returns>False when the text is not valid Unicode; the buffer must then not be sent.</returns>
    public bool TryAdd(ReadOnlySpan<char> argument)
    {
        const int Short = 128;
        if (argument.Length > Short)
        {
            return TryAddLong(argument);
        }

        Span<byte> utf8 = stackalloc byte[Short * 3];
        if (
            Utf8.FromUtf16(argument, utf8, out _, out var length, replaceInvalidSequences: false)
            != OperationStatus.Done
        )
        {
            return false;
        }

        Add(utf8[..length]);
        return true;
    }

    /// <summary>Adds bytes that are encoded already.</summary>
    public void Raw(ReadOnlySpan<byte> encoded)
    {
        encoded.CopyTo(Space(encoded.Length));
        Length += encoded.Length;
    }

    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        Length = 0;
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private bool TryAddLong(ReadOnlySpan<char> argument)
    {
        var rented = ArrayPool<byte>.Shared.Rent(checked(argument.Length * 3));
        try
        {
            var status = Utf8.FromUtf16(argument, rented, out _, out var length, replaceInvalidSequences: false);
            if (status != OperationStatus.Done)
            {
                return false;
            }

            Add(rented.AsSpan(0, length));
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Line(byte type, int number)
    {
        var line = Space(16);
        line[0] = type;
        _ = Utf8Formatter.TryFormat(number, line[1..], out var digits);
        line[digits + 1] = (byte)'\r';
        line[digits + 2] = (byte)'\n';
        Length += digits + 3;
    }

    private Span<byte> Space(int count)
    {
        if (_bytes.Length - Length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + count), _bytes.Length * 2));
            Span.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(Length);
    }
}
