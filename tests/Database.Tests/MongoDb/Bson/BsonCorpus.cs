using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Json;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Bson;

/// <summary>Documents that python3-bson has made, and what it says of them.</summary>
internal sealed class BsonCorpus : IDisposable
{
    /// <summary>How many documents there are.</summary>
    public const int Count = 2500;

    private static readonly CommandPlace AsItIs = new(ValueRole.Literal, CommandLevel.Inside);

    /// <summary>Where the files are.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("yyc3-bson-").FullName;

    public static async Task<BsonCorpus> MakeAsync()
    {
        var corpus = new BsonCorpus();
        await corpus.RunAsync("write", Count.ToString(CultureInfo.InvariantCulture));
        return corpus;
    }

    /// <summary>Extended JSON of a document.</summary>
    public static string ToJson(ReadOnlySpan<byte> document, bool isCanonical)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            new ExtendedJsonWriter(json, isCanonical).Document(document);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A document of extended JSON.</summary>
    public static byte[] FromJson(string json)
    {
        var writer = new BsonWriter();
        var start = writer.Begin();
        new ExtendedJsonReader(writer, "json", binder: null).Value("d"u8.ToArray(), json, AsItIs);
        writer.End(start);
        var reader = new BsonReader(writer.Written);
        Assert.True(reader.Read());
        return reader.Value.ToArray();
    }

    public async Task<List<byte[]>> DocumentsAsync()
    {
        var data = await File.ReadAllBytesAsync(Path.Combine(Folder, "docs.bson"));
        var documents = new List<byte[]>();
        for (var at = 0; at < data.Length; )
        {
            documents.Add(BsonReader.First(data.AsSpan(at)).ToArray());
            at += documents[^1].Length;
        }

        return documents;
    }

    public Task<string> RunAsync(string verb, params string[] more) =>
        Shell.RunAsync(MongoTestServer.Python, [Script(), verb, Folder, .. more]);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Script([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "bson_corpus.py");
}
