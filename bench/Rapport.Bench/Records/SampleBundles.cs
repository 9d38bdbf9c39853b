namespace Rapport.Bench.Records;

/// <summary>Real files that lie beside a developer's clone, or those of the demo where they are absent.</summary>
internal static class SampleBundles
{
    /// <summary>The Synthea bundles.</summary>
    internal static IReadOnlyList<byte[]> Load() => Load("synthea-r4", "*.json", "maya.json", file => !file.EndsWith("MANIFEST.json", StringComparison.Ordinal));

    /// <summary>HL7's whole documents of C-CDA.</summary>
    internal static IReadOnlyList<byte[]> LoadDocuments() =>
        Load("ccda", "*.xml", "maya-discharge.xml", file => File.ReadAllText(file).Contains("<ClinicalDocument", StringComparison.Ordinal));

    private static List<byte[]> Load(string shared, string pattern, string demo, Func<string, bool> isWanted)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Rapport.slnx")))
            {
                var files = Path.Combine(folder.FullName, "..", "shared", "data", shared);
                return Directory.Exists(files)
                    ? [.. Directory.GetFiles(files, pattern, SearchOption.AllDirectories).Where(isWanted).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]
                    : [File.ReadAllBytes(Path.Combine(folder.FullName, "src", "Rapport.Server", "Demo", demo))];
            }
        }

        throw new DirectoryNotFoundException("the benchmark runs from a clone");
    }
}
