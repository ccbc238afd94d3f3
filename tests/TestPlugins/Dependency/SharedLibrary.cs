namespace Yyc3.Connectors.TestPlugins.Dependency;

/// <summary>Tells which of the two versions of this assembly was loaded.</summary>
public static class SharedLibrary
{
    public static int MajorVersion => typeof(SharedLibrary).Assembly.GetName().Version!.Major;
}
