using Rapport.Conversations;
using Rapport.Data;

namespace Rapport.Server.Pages.Conversations.Files;

/// <summary>Files of a message as they stand in its form: they were taken in already, and the form names them.</summary>
internal static class DraftFile
{
    /// <summary>The field that names one; the one by which new ones are chosen.</summary>
    public const string Field = "file", Chosen = "chosen";

    private const string Drop = "drop-";

    /// <summary>The field in which the sender says what one shows.</summary>
    public static string SaysField(LocalId file) => $"says-{file}";

    /// <summary>The step that takes one out again.</summary>
    public static string DropStep(LocalId file) => Drop + file;

    /// <summary>Which one a step takes out; null for any other step.</summary>
    public static LocalId? Dropped(string step) => step.StartsWith(Drop, StringComparison.Ordinal) && LocalId.TryParse(step.AsSpan(Drop.Length), out var file) ? file : null;

    /// <summary>What a form names.</summary>
    public static IReadOnlyList<SentFile> Read(IFormCollection form)
    {
        List<SentFile> files = [];
        foreach (var text in form[Field])
        {
            if (LocalId.TryParse(text, out var file) && files.Count < FileDesk.MostFiles && files.TrueForAll(known => known.Id != file))
            {
                files.Add(new SentFile(file, OneLine.Of(form[SaysField(file)].ToString()) is { Length: > 0 } says ? says.Cut(FileDesk.MostSays) : null));
            }
        }

        return files;
    }
}
