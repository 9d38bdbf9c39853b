using System.Runtime.InteropServices;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Counts what of a file is not taken: kinds of messages, fields of those that are taken, fields of developers. Not thread safe.</summary>
internal sealed class FitLeftOut(FitOutline outline)
{
    private const int MostKinds = 2_000;
    private const int MostDefinitions = 64;

    // What is read to understand the file, and what surrounds the device, not the body.
    private static readonly HashSet<(ushort Message, byte Field)> Surroundings =
        [(FitProfile.Record, 13), (FitProfile.Record, 31), (FitProfile.Record, 62), (FitProfile.Session, 51), (FitProfile.Session, 57), (FitProfile.Session, 58), (FitProfile.Session, 111), (FitProfile.Lap, 50), (FitProfile.Lap, 51), (FitProfile.Monitoring, 12), (FitProfile.Monitoring, 14), (FitProfile.Monitoring, 15)];

    private readonly Dictionary<(ushort Message, int Field), (int Count, long At)> _counts = [];

    // The definitions met last, with their fields that are not taken: a file has few definitions and many messages.
    private readonly Dictionary<FitDefinition, FitField[]> _fields = [];
    private FitDefinition? _definition;
    private FitField[] _notTaken = [];
    private bool _isTaken;

    /// <summary>Counts what of a message is not taken.</summary>
    internal void Count(in FitMessage message)
    {
        if (!ReferenceEquals(message.Definition, _definition))
        {
            Turn(message.Definition);
        }

        if (!_isTaken)
        {
            Count(message.Number, -1, message.At);
            return;
        }

        foreach (ref readonly var field in _notTaken.AsSpan())
        {
            if (message.IsValid(field))
            {
                Count(message.Number, field.Developer is { } developer ? 0x10000 | (developer << 8) | field.Number : field.Number, message.At);
            }
        }
    }

    private void Turn(FitDefinition definition)
    {
        _definition = definition;
        var kind = FitProfile.Find(definition.Number);
        _isTaken = kind is { Why: null };
        if (!_isTaken || _fields.TryGetValue(definition, out _notTaken!))
        {
            return;
        }

        _notTaken = Array.FindAll(definition.Fields, field => field.Developer is not null || !kind!.Taken.Contains(field.Number));
        if (_fields.Count >= MostDefinitions)
        {
            _fields.Clear();
        }

        _fields[definition] = _notTaken;
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
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out var exists);
        count = exists ? (count.Count + 1, count.At) : (1, at);
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
