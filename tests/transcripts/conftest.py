from tools.soft_tokens import soft_token

__all__ = ["soft_token"]
