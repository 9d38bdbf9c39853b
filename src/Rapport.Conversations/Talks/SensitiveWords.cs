using System.Text;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>What sensitive kinds the words of a line are about, by the rules that label entries.</summary>
internal static class SensitiveWords
{
    /// <summary>The HL7 codes of what is found; none in what whoever acts for the patient wrote.</summary>
    internal static IReadOnlyList<string> In(ConversationLine line) => line.By.IsActing ? [] : line switch
    {
        OpenedLine opened => WordLabels.In(opened.Subject),
        SaidLine said => WordLabels.In(string.Join('\n', (said.Files ?? []).SelectMany(static file => new[] { file.Name, file.Says }).Prepend(said.Text))),
        CorrectedLine corrected => WordLabels.In(corrected.Text),
        ClosedLine { Summary: { } summary } => WordLabels.In(summary),
        CheckInAskedLine asked => WordLabels.In(Resource.Read(Encoding.UTF8.GetBytes(asked.Questionnaire))),
        _ => [],
    };
}
