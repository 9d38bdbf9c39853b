namespace Rapport.TestKit;

/// <summary>Where the repository and the data beside it are.</summary>
public static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder in <c>../shared/data</c>; the test is skipped where that is not there.</summary>
    /// <param name="path">Relative to that folder, with forward slashes.</param>
    public static string SharedData(string path)
    {
        var full = Path.GetFullPath(Path.Combine(Root, "..", "shared", "data", path));
        Assert.SkipUnless(Path.Exists(full), $"the test data `shared/data/{path}` is not beside the repository");
        return full;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Rapport.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no folder above `{AppContext.BaseDirectory}` holds Rapport.slnx");
    }
}
