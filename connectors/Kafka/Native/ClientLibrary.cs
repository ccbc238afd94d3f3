using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Native;

/// <summary>
/// librdkafka, the native half of the client: found on first use, and again on the next one if it was not there. It stays
/// in the process once loaded, as its threads may outlast the code that called it.
/// </summary>
/// <param name="places">Paths or names to try, in order.</param>
internal sealed class ClientLibrary(IReadOnlyList<string> places)
{
    public const string Variable = "YYC3_LIBRDKAFKA";

    // rd_kafka_version() of 2.1.0; the managed half calls what older ones lack as soon as it consumes.
    private const int OldestVersion = 0x020100ff;
    private const string Name = "librdkafka";
    private const string Remedy =
        $"Build one with connectors/Kafka/get-librdkafka and build the plugin again, or name one in {Variable}.";

    private static readonly Lock Gate = new();
    private static nint _loaded;

    private bool _isReady;

    public static ClientLibrary Default { get; } = new(Places());

    /// <summary>Loads the library unless that is done.</summary>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.PreconditionFailed"/>: <c>NATIVE_LIBRARY_MISSING</c> or <c>NATIVE_LIBRARY_TOO_OLD</c>.
    /// </exception>
    public void Load()
    {
        if (Volatile.Read(ref _isReady))
        {
            return;
        }

        lock (Gate)
        {
            var library = Find();
            if (_loaded == 0)
            {
                _loaded = library;
                NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, Resolve);
            }

            Volatile.Write(ref _isReady, true);
        }
    }

    private nint Find()
    {
        var newest = 0;
        foreach (var place in places)
        {
            if (!NativeLibrary.TryLoad(place, out var library))
            {
                continue;
            }

            var version = VersionOf(library);
            if (version >= OldestVersion)
            {
                return library;
            }

            NativeLibrary.Free(library);
            newest = Math.Max(newest, version);
        }

        throw newest > 0
            ? new ConnectorException(
                ErrorKind.PreconditionFailed,
                "NATIVE_LIBRARY_TOO_OLD",
                $"librdkafka {newest >> 24}.{(newest >> 16) & 0xff}.{(newest >> 8) & 0xff} is too old: 2.1.0 is the oldest that works. {Remedy}"
            )
            : new ConnectorException(
                ErrorKind.PreconditionFailed,
                "NATIVE_LIBRARY_MISSING",
                $"The native library librdkafka is missing. {Remedy}"
            );
    }

    private static unsafe int VersionOf(nint library) =>
        NativeLibrary.TryGetExport(library, "rd_kafka_version", out var version)
            ? ((delegate* unmanaged[Cdecl]<int>)version)()
            : 0;

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name.Contains(Name, StringComparison.Ordinal))
        {
            return _loaded;
        }

        // Asked for by the name of a development package that machines do not have.
        return
            string.Equals(name, "libdl", StringComparison.Ordinal)
            && NativeLibrary.TryLoad("libdl.so.2", out var loader)
            ? loader
            : 0;
    }

    private static List<string> Places()
    {
        var (file, system) =
            OperatingSystem.IsWindows() ? (Name + ".dll", Name + ".dll")
            : OperatingSystem.IsMacOS() ? (Name + ".dylib", Name + ".1.dylib")
            : (Name + ".so", Name + ".so.1");
        var folder = Path.GetDirectoryName(typeof(ClientLibrary).Assembly.Location) ?? AppContext.BaseDirectory;
        var own = Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", file);
        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? [own, named, system]
            : [own, system];
    }
}
