namespace Rapport.Bench.Records;

/// <summary>The Synthea bundles that lie beside a developer's clone, or the demo record where they are absent.</summary>
internal static class SampleBundles
{
    internal static IReadOnlyList<byte[]> Load()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Rapport.slnx")))
            {
                var shared = Path.Combine(folder.FullName, "..", "shared", "data", "synthea-r4");
                return Directory.Exists(shared)
                    ? [.. Directory.GetFiles(shared, "*.json").Where(f => !f.EndsWith("MANIFEST.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]
                    : [File.ReadAllBytes(Path.Combine(folder.FullName, "src", "Rapport.Server", "Demo", "maya.json"))];
            }
        }

        throw new DirectoryNotFoundException("the benchmark runs from a clone");
    }
}
