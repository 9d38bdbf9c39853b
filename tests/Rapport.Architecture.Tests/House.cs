using System.Reflection;

namespace Rapport.Architecture.Tests;

/// <summary>The repository as it lies on disk, and the product's assemblies.</summary>
internal static class House
{
    /// <summary>The folder that holds the solution file.</summary>
    public static DirectoryInfo Root { get; } = FindRoot();

    /// <summary>The modules: the folders under <c>src</c>, such as <c>Rapport.Ledger</c>.</summary>
    public static IReadOnlyList<string> Modules { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root.FullName, "src")).Select(folder => Path.GetFileName(folder)).Order()];

    /// <summary>One assembly for each module. The server's is named after the command it is.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
        [.. Modules.Select(module => Assembly.Load(module == "Rapport.Server" ? "rapport" : module))];

    /// <summary>Every type that someone wrote: what the compiler made up is left out.</summary>
    public static IEnumerable<Type> Types =>
        from assembly in Assemblies
        from type in assembly.GetTypes()
        where !IsMadeByCompiler(type)
        select type;

    /// <summary>The files under <paramref name="folder"/> with names ending in one of <paramref name="endings"/>, build output left out.</summary>
    public static IEnumerable<FileInfo> Files(string folder, params string[] endings) =>
        from file in new DirectoryInfo(Path.Combine(Root.FullName, folder)).EnumerateFiles("*", SearchOption.AllDirectories)
        where endings.Any(ending => file.Name.EndsWith(ending, StringComparison.Ordinal))
        let path = PathOf(file)
        where !path.Split('/').Any(part => part is "bin" or "obj" or "artifacts" or "data" or "node_modules" or ".git")
        orderby path
        select file;

    /// <summary>The path from the root, with slashes.</summary>
    public static string PathOf(FileInfo file) => Path.GetRelativePath(Root.FullName, file.FullName).Replace('\\', '/');

    /// <summary>Fails with all of <paramref name="offenders"/>, a line for each.</summary>
    public static void AssertNone(IEnumerable<string?> offenders) => Assert.Equal("", string.Join('\n', offenders));

    private static bool IsMadeByCompiler(Type type)
    {
        for (Type? t = type; t is not null; t = t.DeclaringType)
        {
            if (t.Name.Contains('<')
                || t.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute), inherit: false)
                || t.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false))
            {
                return true;
            }
        }

        // What packages generate carries no mark but lives elsewhere, as does the entry point; _Imports.razor becomes an empty class.
        return type.Name == "_Imports" || type.Namespace is null || !type.Namespace.StartsWith("Rapport", StringComparison.Ordinal);
    }

    private static DirectoryInfo FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Rapport.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Rapport.slnx is in no folder above the tests");
        }

        return folder;
    }
}
