using System.Buffers.Binary;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Names one request of a person; it opens nothing.</summary>
public readonly record struct RequestId : IComparable<RequestId>
{
    private readonly LocalId _value;

    private RequestId(LocalId value) => _value = value;

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RequestId id)
    {
        var ok = LocalId.TryParse(text, out var value);
        id = new RequestId(value);
        return ok;
    }

    /// <summary>The 13 characters of the text form.</summary>
    public override string ToString() => _value.ToString();

    /// <inheritdoc/>
    public int CompareTo(RequestId other) => _value.CompareTo(other._value);

    internal static RequestId New() => new(LocalId.New());

    internal static RequestId Parse(string text) => new(LocalId.Parse(text));

    internal long Number
    {
        get
        {
            Span<byte> bytes = stackalloc byte[8];
            _value.WriteBytes(bytes);
            return BinaryPrimitives.ReadInt64BigEndian(bytes);
        }
    }
}

/// <summary>What is asked for. What the codes stand for, the pages know.</summary>
/// <param name="Aim">What for: a code.</param>
/// <param name="Kinds">Which kinds of entries: codes, at least one.</param>
/// <param name="Months">For about how many months, from when it is granted.</param>
/// <param name="Reason">Why, in the words of who asks: 1 to <see cref="MaxReason"/> characters on one line.</param>
public sealed record RequestTerms(string Aim, IReadOnlyList<string> Kinds, int Months, string Reason)
{
    /// <summary>Characters that a reason may have.</summary>
    public const int MaxReason = 300;

    /// <summary>The question on which who asks is invited to give an opinion, for which they need it; null for none. What is agreed to in answer ends with the opinion.</summary>
    public string? OpinionOn { get; init; }
}

/// <summary>How a request stands, as far as who asked may know.</summary>
public enum RequestState
{
    /// <summary>There is no answer yet. It looks the same whether anybody has read it, said no without telling, or does not exist.</summary>
    Waiting,

    /// <summary>The patient agreed to share something in answer to it.</summary>
    Granted,

    /// <summary>The patient said no and wanted it to be told.</summary>
    NotGranted,

    /// <summary>Who asked took it back.</summary>
    TakenBack,

    /// <summary>It was not answered in time.</summary>
    Over,
}

/// <summary>A request as who asked sees it.</summary>
public sealed record SentRequest
{
    /// <summary>Names it.</summary>
    public required RequestId Id { get; init; }

    /// <summary>The sign-in name that was typed, in its normal form. Whether anybody has it is not known here.</summary>
    public required string To { get; init; }

    /// <summary>What was asked for.</summary>
    public required RequestTerms Terms { get; init; }

    /// <summary>When it was asked.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How it stands.</summary>
    public required RequestState State { get; init; }

    /// <summary>When it was granted, refused or taken back; null when none of these.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>Whose record it opened something of; null unless it was granted.</summary>
    public PatientId? Patient { get; init; }

    /// <summary>When it ends by itself.</summary>
    public DateTimeOffset EndsAt => At + AccessRequests.WaitingFor;
}

/// <summary>A request as the patient sees it: it waits for an answer.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Asker">Who asks, as they are now.</param>
/// <param name="Terms">What they ask for.</param>
/// <param name="At">When they asked.</param>
public sealed record ReceivedRequest(RequestId Id, Person Asker, RequestTerms Terms, DateTimeOffset At);

/// <summary>Somebody whose requests do not reach a patient any more.</summary>
/// <param name="Asker">Who.</param>
/// <param name="Since">Since when.</param>
public sealed record RefusedAsker(Person Asker, DateTimeOffset Since);

/// <summary>That somebody who looks after a small child said no for it.</summary>
/// <param name="Id">Names the request.</param>
/// <param name="Asker">Who asked, as they are now.</param>
/// <param name="By">How agreements name who said it.</param>
/// <param name="ByName">The name of who said it, as it was then.</param>
/// <param name="At">When they said it.</param>
/// <param name="IsTold">Whether who asked was told.</param>
public sealed record RefusedFor(RequestId Id, Person Asker, string By, string ByName, DateTimeOffset At, bool IsTold);
