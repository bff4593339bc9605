namespace Autograd.Files;

/// <summary>A tensor that is saved; without a shape it may be any, or missing. A parameter takes what is loaded without a copy.</summary>
sealed record TensorSlot(Func<Tensor?> Save, Action<Tensor?> Load, Shape? Shape, ElementType? Type, Parameter? Parameter = null);

/// <summary>A text that is saved; loading it is prepared first, and null where the text is none of its kind.</summary>
sealed record TextSlot(Func<string> Save, Func<string, Action?> Load);
