using System.Buffers;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Tests.Lab;

namespace Yyc3.Connectors.Rpc.Tests.Rest.Json;

/// <summary>Our JSON against Google's, on messages that use none of our own rules.</summary>
public sealed class DifferentialTests
{
    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(RestReflection.Descriptor);
    private readonly JsonCodec _codec = new(RestReflection.Descriptor);
    private readonly JsonParser _parser = new(JsonParser.Settings.Default.WithTypeRegistry(Types));
    private readonly JsonFormatter _formatter = new(
        JsonFormatter.Settings.Default.WithTypeRegistry(Types).WithFormatDefaultValues(true)
    );

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_we_write_Google_reads_back(int seed)
    {
        var message = new RandomMessages(seed).Next();

        var read = _parser.Parse<Everything>(Encoding.UTF8.GetString(Write(message)));

        Assert.Equal(message, read);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_Google_writes_we_read_back(int seed)
    {
        var message = new RandomMessages(seed).Next();

        var read = _codec.Read<Everything>(Encoding.UTF8.GetBytes(_formatter.Format(message)));

        Assert.Equal(message, read);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_we_write_we_read_back(int seed)
    {
        var message = new RandomMessages(seed).Next();

        Assert.Equal(message, _codec.Read<Everything>(Write(message)));
    }

    private ReadOnlySpan<byte> Write(IMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        _codec.Write(output, message);
        return output.WrittenSpan;
    }
}
