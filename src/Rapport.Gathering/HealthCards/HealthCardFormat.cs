using System.Text;
using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>SMART Health Cards (spec.smarthealth.cards): a file of them, the signed texts, or what their QR codes say. What they say is taken; whether it is verified goes with it.</summary>
internal sealed class HealthCardFormat : ISourceFormat
{
    private const int MostBytes = 8 * 1024 * 1024;

    public string Name => "health-card";

    public bool Recognises(SourceHead head) => CardTexts.Looks(head.Start);

    public void Read(SourceContent content, Harvest harvest, CancellationToken cancel)
    {
        var bytes = content.Length <= MostBytes ? content.ReadAll(MostBytes) : throw TooMuch.Of($"the file of health cards has {content.Length} bytes, at most {MostBytes} are read");
        harvest.Advance(bytes.Length);
        foreach (var (jws, where) in CardTexts.Find(Encoding.UTF8.GetString(bytes).Trim('\uFEFF', ' ', '\t', '\r', '\n'), harvest))
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                Take(HealthCard.Open(jws), where, harvest);
            }
            catch (InvalidDataException e)
            {
                harvest.Damaged(where, e.Message);
            }
        }
    }

    private static void Take(HealthCard card, string where, Harvest harvest)
    {
        if (harvest.CardChecks.Refuse(card, out var report) is { } why)
        {
            harvest.Damaged(where, why);
            harvest.Tell(report);
            return;
        }

        var entries = new CardEntries(card, report, where, harvest);
        if (entries.Add())
        {
            harvest.Tell(report);
        }
    }
}
