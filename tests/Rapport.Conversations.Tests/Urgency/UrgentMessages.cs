namespace Rapport.Conversations.Tests.Urgency;

/// <summary>A message of the set, by whom it was written, and whether it is urgent: docs/urgent-words.md.</summary>
internal sealed record UrgentMessage(char Author, string Part, string Language, bool Urgent, string Text);

/// <summary>The messages that the words are made by (part `tune`) and judged by (the other parts).</summary>
internal static class UrgentMessages
{
    /// <summary>All of them.</summary>
    public static List<UrgentMessage> All { get; } = Read();

    /// <summary>Those that may be read by who changes the words.</summary>
    public static List<UrgentMessage> Tune { get; } = All.FindAll(static message => message.Part == "tune");

    private static List<UrgentMessage> Read()
    {
        using var reader = new StreamReader(typeof(UrgentMessages).Assembly.GetManifestResourceStream("messages.tsv")!);
        return
        [
            .. from line in reader.ReadToEnd().Split('\n').Skip(1)
               where line.Length > 0
               let cells = line.Split('\t')
               select new UrgentMessage(cells[0][0], cells[1], cells[2], cells[3] == "urgent", cells[5]),
        ];
    }
}
