namespace Rapport.Merging;

/// <summary>The lists that stand beside the code as text files, so that a clinician can read and mend them.</summary>
internal static class WordList
{
    /// <summary>The lines that are neither empty nor a remark.</summary>
    internal static IEnumerable<string> Lines(string name)
    {
        using var reader = new StreamReader(typeof(WordList).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"`{name}` is not part of the program"));
        while (reader.ReadLine() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line) && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}
