using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Counts what of a file is not taken: kinds of messages, fields of those that are taken, fields of developers. Not thread safe.</summary>
internal sealed class FitLeftOut(FitOutline outline)
{
    private const int MostKinds = 2_000;

    // What is read to understand the file, and what surrounds the device, not the body.
    private static readonly HashSet<(ushort Message, byte Field)> Surroundings =
        [(FitProfile.Record, 13), (FitProfile.Record, 31), (FitProfile.Record, 62), (FitProfile.Session, 51), (FitProfile.Session, 57), (FitProfile.Session, 58), (FitProfile.Session, 111), (FitProfile.Lap, 50), (FitProfile.Lap, 51), (FitProfile.Monitoring, 12), (FitProfile.Monitoring, 14), (FitProfile.Monitoring, 15)];

    private readonly Dictionary<(ushort Message, int Field), (int Count, long At)> _counts = [];

    /// <summary>Counts what of a message is not taken.</summary>
    internal void Count(in FitMessage message)
    {
        if (FitProfile.Find(message.Number) is not { Why: null } kind)
        {
            Count(message.Number, -1, message.At);
            return;
        }

        foreach (var field in message.Fields)
        {
            if ((field.Developer is not null || !kind.Taken.Contains(field.Number)) && message.IsValid(field))
            {
                Count(message.Number, field.Developer is { } developer ? 0x10000 | (developer << 8) | field.Number : field.Number, message.At);
            }
        }
    }

    /// <summary>Names all of it.</summary>
    internal void Tell(Harvest harvest)
    {
        foreach (var ((message, field), (count, at)) in _counts)
        {
            harvest.Skip(NameOf(message, field), WhyOf(message, field), $"byte {at}", count);
        }
    }

    private void Count(ushort message, int field, long at)
    {
        var key = _counts.Count < MostKinds || _counts.ContainsKey((message, field)) ? (message, field) : (ushort.MaxValue, -1);
        _counts[key] = _counts.TryGetValue(key, out var known) ? (known.Count + 1, known.At) : (1, at);
    }

    private string NameOf(ushort message, int field) =>
        field < 0 ? FitProfile.NameOf(message)
        : field < 0x10000 ? $"{FitProfile.NameOf(message)}: {FitProfile.NameOf(message, (byte)field)}"
        : $"{FitProfile.NameOf(message)}: {outline.DeveloperField((byte)(field >> 8), (byte)field)}";

    private static NotTakenReason WhyOf(ushort message, int field) =>
        field < 0 ? FitProfile.Find(message)?.Why ?? NotTakenReason.UnknownKind
        : field < 0x10000 && Surroundings.Contains((message, (byte)field)) ? NotTakenReason.NotAboutPatient
        : NotTakenReason.UnknownKind;
}
