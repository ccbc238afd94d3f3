using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Yyc3.Connectors.Benchmarks.Messaging;

/// <summary>Lets Confluent's assembly find the native client that the setup step has built.</summary>
internal static class NativeClient
{
    public static void Use(string path) =>
        NativeLibrary.SetDllImportResolver(
            typeof(Library).Assembly,
            (name, _, _) =>
                name.Contains("librdkafka", StringComparison.Ordinal) ? NativeLibrary.Load(path)
                : name is "libdl" ? NativeLibrary.Load("libdl.so.2")
                : 0
        );
}
