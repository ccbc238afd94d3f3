using System.Reflection;
using System.Runtime.CompilerServices;
using NuGet.Versioning;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Manifests;

namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>
/// One version of a plugin as found in one folder at one time. Its code is loaded on first use and unloaded once it is retired
/// and the last connector opened from it is closed. Thread-safe.
/// </summary>
internal sealed class PluginVersion
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PluginLoadContext? _context;
    private Type? _connectorType;
    private int _open;
    private bool _isRetired;
    private bool _isCodeBroken;

    private PluginVersion(string id, NuGetVersion version, string folder, string fingerprint) =>
        (Id, Version, Folder, Fingerprint) = (id, version, folder, fingerprint);

    public string Id { get; }

    public NuGetVersion Version { get; }

    public string Folder { get; }

    /// <summary>Changes when the folder's manifest does, so that a replaced folder is a new version of the same name.</summary>
    public string Fingerprint { get; }

    /// <summary>Null only when the manifest could not be read.</summary>
    public ConnectorManifest? Manifest { get; private init; }

    public PluginState State { get; private set; }

    /// <summary>Reading the unchanged folder again would tell nothing new: it works, or its code is what is wrong with it.</summary>
    public bool IsSettled => State is not (PluginState.Failed or PluginState.Unavailable) || _isCodeBroken;

    /// <summary>Whether new connectors can be opened from it.</summary>
    public bool IsUsable => State is PluginState.Ready or PluginState.Loaded;

    /// <summary>What is the matter with it, as the rest of a sentence that begins with its name.</summary>
    public string Trouble => $"{(State == PluginState.Unavailable ? "is unavailable" : "failed")}: {Reason}";

    /// <summary>Why it failed or is unavailable; empty otherwise.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Dies when the code is really unloaded; null until it was loaded and retired.</summary>
    public WeakReference? Remains { get; private set; }

    public static PluginVersion Ready(ConnectorManifest manifest, string folder, string fingerprint) =>
        new(manifest.Id, NuGetVersion.Parse(manifest.Version), folder, fingerprint) { Manifest = manifest };

    public static PluginVersion Unavailable(
        ConnectorManifest manifest,
        string folder,
        string fingerprint,
        string reason
    ) =>
        new(manifest.Id, NuGetVersion.Parse(manifest.Version), folder, fingerprint)
        {
            Manifest = manifest,
            State = PluginState.Unavailable,
            Reason = reason,
        };

    public static PluginVersion Failed(
        string id,
        NuGetVersion version,
        string folder,
        string fingerprint,
        ConnectorManifest? manifest,
        string reason
    ) =>
        new(id, version, folder, fingerprint)
        {
            Manifest = manifest,
            State = PluginState.Failed,
            Reason = reason,
        };

    /// <summary>Opens a connector; <see cref="Close"/> must follow when it has been disposed.</summary>
    /// <exception cref="PluginException">The plugin is failed or retired, its code cannot be loaded, or its constructor threw.</exception>
    /// <exception cref="ConnectorException">The constructor refused the settings.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public IConnector Open(ConnectorContext context)
    {
        var type = Enter();
        try
        {
            return (IConnector)Activator.CreateInstance(type, context)!;
        }
        catch (TargetInvocationException fault) when (fault.InnerException is ConnectorException refused)
        {
            Close();
            throw refused;
        }
        catch (Exception fault)
        {
            Close();
            var cause = fault is TargetInvocationException { InnerException: { } inner } ? inner : fault;
            throw new PluginException($"The connector {Id} {Version} could not be opened.", cause);
        }
    }

    /// <summary>Gives back what <see cref="Open"/> took.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (--_open == 0 && _isRetired)
            {
                _drained.TrySetResult();
            }
        }
    }

    /// <summary>Refuses new connectors, waits for the open ones, unloads the code. False when the time was over first.</summary>
    public async Task<bool> RetireAsync(TimeSpan drain, TimeProvider time)
    {
        lock (_gate)
        {
            _isRetired = true;
            State = State == PluginState.Failed ? State : PluginState.Draining;
            if (_open == 0)
            {
                _drained.TrySetResult();
            }
        }

        var isDrained = await Task.WhenAny(_drained.Task, Task.Delay(drain, time)) == _drained.Task;
        Unload();
        return isDrained;
    }

    private Type Enter()
    {
        lock (_gate)
        {
            if (_isRetired || !IsUsable)
            {
                throw new PluginException(
                    State is PluginState.Failed or PluginState.Unavailable
                        ? $"The plugin {Id} {Version} {Trouble}."
                        : "The plugin is being replaced."
                );
            }

            _connectorType ??= Load();
            _open++;
            return _connectorType;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Type Load()
    {
        var context = default(PluginLoadContext);
        try
        {
            PluginFiles.Verify(Folder, Manifest!);
            var entry = Path.Combine(Folder, Manifest!.Entry);
            context = new PluginLoadContext($"{Id}@{Version}", entry);
            var type = EntryType(context.LoadFromAssemblyPath(entry));
            _context = context;
            State = PluginState.Loaded;
            return type;
        }
        catch (Exception fault)
        {
            context?.Unload();
            // The hashes were right, so only another folder can help; without this every scan would offer it again.
            _isCodeBroken = context is not null;
            State = PluginState.Failed;
            Reason = Explain(fault);
            throw new PluginException($"The plugin {Id} {Version} {Trouble}.", fault);
        }
    }

    private static Type EntryType(Assembly assembly)
    {
        var type =
            assembly.GetCustomAttribute<ConnectorAttribute>()?.Type
            ?? throw new PluginException("the entry assembly has no [assembly: Connector(…)]");
        return !typeof(IConnector).IsAssignableFrom(type) ? throw new PluginException($"{type.Name} is no IConnector")
            : type.GetConstructor([typeof(ConnectorContext)]) is null
                ? throw new PluginException($"{type.Name} has no public constructor that takes a ConnectorContext")
            : type;
    }

    private static string Explain(Exception fault) =>
        fault switch
        {
            PluginException => fault.Message,
            FileLoadException { InnerException: NotSupportedException unsupported } => unsupported.Message,
            NotSupportedException => fault.Message,
            BadImageFormatException => "the entry file is no .NET assembly",
            FileNotFoundException missing => $"needs {missing.FileName}, which is not there",
            _ => $"{fault.GetType().Name} while loading",
        };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Unload()
    {
        lock (_gate)
        {
            _connectorType = null;
            if (_context is { } context)
            {
                Remains = new WeakReference(context, trackResurrection: true);
                _context = null;
                context.Unload();
            }
        }

        ReflectionCaches.Clear();
    }
}
