using System.Text;

namespace Rapport.Conversations.Tests.Talks.Files;

/// <summary>Small files as cameras, browsers and programs write them.</summary>
internal static class FileSamples
{
    private static readonly Lazy<IReadOnlyDictionary<string, (FileKind? Kind, byte[] Content)>> Read = new(static () =>
    {
        using var reader = new StreamReader(typeof(FileSamples).Assembly.GetManifestResourceStream("files.tsv")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => line[0] != '#').Select(static line => line.Split('\t'))
            .Append(["letter.pdf", "Pdf", Convert.ToBase64String(Pdf())])
            .Append(["notes.txt", "Text", Convert.ToBase64String("¿Qué? 5 < 6 & 7 > 3\r\n\tüñ 日本 🙂\n"u8)])
            .ToDictionary(static parts => parts[0], static parts => (parts[1] == "-" ? (FileKind?)null : Enum.Parse<FileKind>(parts[1]), Convert.FromBase64String(parts[2])));
    });

    public static IEnumerable<string> Names => Read.Value.Keys;

    public static byte[] Of(string name) => [.. Read.Value[name].Content];

    public static FileKind? KindOf(string name) => Read.Value[name].Kind;

    /// <summary>A document of one empty page, with its table where it says.</summary>
    public static byte[] Pdf(string after = "\n")
    {
        var text = new StringBuilder("%PDF-1.4\n");
        List<int> places = [];
        foreach (var body in (string[])["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>"])
        {
            places.Add(text.Length);
            text.Append($"{places.Count} 0 obj{body}endobj\n");
        }

        var table = text.Length;
        text.Append("xref\n0 4\n0000000000 65535 f \n");
        places.ForEach(place => text.Append($"{place:D10} 00000 n \n"));
        return Encoding.Latin1.GetBytes(text.Append($"trailer<</Size 4/Root 1 0 R>>\nstartxref\n{table}\n%%EOF{after}").ToString());
    }
}
