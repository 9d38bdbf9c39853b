using Rapport.Data;

namespace Rapport.Records;

/// <summary>How far a gathering is that takes its time.</summary>
public enum GatheringJobState
{
    /// <summary>Its file is here, nobody has begun.</summary>
    Waiting = 0,

    /// <summary>It is being read or written.</summary>
    Running = 1,

    /// <summary>It needs an answer of the patient before it can go on.</summary>
    Asking = 2,

    /// <summary>It is over: taken, refused or given up. Its file is gone.</summary>
    Over = 3,
}

/// <summary>A gathering that takes its time, so that its patient can watch it, go away and come back.</summary>
/// <param name="Id">Its id within the record.</param>
/// <param name="Node">The server that has its file.</param>
/// <param name="State">How far it is.</param>
/// <param name="CreatedAt">When the file was brought.</param>
/// <param name="ChangedAt">When anything of this was changed last.</param>
/// <param name="Body">What the server notes about it; kept sealed.</param>
public sealed record GatheringJob(LocalId Id, string Node, GatheringJobState State, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt, ReadOnlyMemory<byte> Body);
