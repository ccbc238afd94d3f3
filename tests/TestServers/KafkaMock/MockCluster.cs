using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Yyc3.Connectors.KafkaMock;

/// <summary>One mock cluster, steered by lines of text.</summary>
internal sealed class MockCluster
{
    private const int Producer = 0;

    private readonly nint _cluster;

    public MockCluster(int brokers, int rebalanceDelay)
    {
        Span<byte> error = stackalloc byte[512];
        var configuration = MockLibrary.NewConfiguration();
        // Warnings and worse: that this client itself has no cluster is no news.
        MockLibrary.Configure(configuration, "log_level", "4", error, (nuint)error.Length);
        var client = MockLibrary.NewClient(Producer, configuration, error, (nuint)error.Length);
        if (client == 0)
        {
            throw new InvalidOperationException(Encoding.UTF8.GetString(error).TrimEnd('\0'));
        }

        _cluster = MockLibrary.NewCluster(client, brokers);
        MockLibrary.SetController(_cluster, 1);
        MockLibrary.SetRebalanceDelay(_cluster, rebalanceDelay);
    }

    public string Bootstraps => Marshal.PtrToStringUTF8(MockLibrary.Bootstraps(_cluster))!;

    /// <summary>Does what a line says.</summary>
    /// <returns><c>ok</c>, or <c>error</c> with librdkafka's code.</returns>
    public string Run(string line)
    {
        var words = line.Split(' ');
        var result = words[0] switch
        {
            "topic" => MockLibrary.CreateTopic(_cluster, words[1], Number(words[2]), 1),
            "topic-error" => Do(() => MockLibrary.SetTopicError(_cluster, words[1], Number(words[2]))),
            "down" => MockLibrary.SetDown(_cluster, Number(words[1])),
            "up" => MockLibrary.SetUp(_cluster, Number(words[1])),
            "round-trip" => MockLibrary.SetRoundTrip(_cluster, Number(words[1]), Number(words[2])),
            "advertise" => Do(() => MockLibrary.Advertise(_cluster, Number(words[1]), words[2], Number(words[3]))),
            "errors" => PushErrors(Number(words[1]), Array.ConvertAll(words[2].Split(','), Number)),
            _ => throw new ArgumentException($"'{words[0]}' is no command.", nameof(line)),
        };
        return result == 0 ? "ok" : string.Create(CultureInfo.InvariantCulture, $"error {result}");
    }

    private int PushErrors(int apiKey, int[] errors) =>
        Do(() => MockLibrary.PushErrors(_cluster, (short)apiKey, (nuint)errors.Length, errors));

    private static int Do(Action command)
    {
        command();
        return 0;
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
