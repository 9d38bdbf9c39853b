using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>What somebody wrote to the patient and the patient takes into the record: as a message, with who they said they are.</summary>
public static class ReceivedMessage
{
    /// <summary>The most letters of one.</summary>
    public const int MostText = 4_000;

    private const string Format = "message";

    /// <summary>The message as a source.</summary>
    /// <param name="said">Who they said they are.</param>
    /// <param name="topic">What it is, in a few words.</param>
    /// <param name="text">What they wrote.</param>
    /// <param name="at">When it came.</param>
    /// <param name="known">What it is known by again, so that it is in the record once; null for nothing.</param>
    /// <param name="isRestricted">Whether it is from where the patient talks in private: then nobody sees it whom no agreement names it to, whatever its words say.</param>
    public static HarvestedSource Of(string said, string topic, string text, DateTimeOffset at, string? known = null, bool isRestricted = false)
    {
        var message = R4.Resource("Communication").With("meta", isRestricted ? R4.Restricted() : null);
        message["status"] = "completed";
        message["subject"] = R4.Self();
        message["topic"] = R4.Concept(topic);
        message["sent"] = R4.DateTime(at);
        message["recipient"] = R4.List(R4.Self());
        message["sender"] = new JsonObject { ["display"] = said };
        message["payload"] = R4.List(new JsonObject { ["contentString"] = text });
        var harvest = new Harvest(Format, new HarvestLimits());
        harvest.Add($"{at:yyyy-MM-ddTHH:mm:sszzz}\n{said}\n{text}", message, new Provenance());
        return HarvestedSource.Of(harvest, new ImportOptions { SourceName = Format }, () => known is null ? [] : SHA256.HashData(Encoding.UTF8.GetBytes(known)), CancellationToken.None);
    }
}
